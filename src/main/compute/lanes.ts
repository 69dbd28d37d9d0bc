import { Worker } from 'node:worker_threads'
import { fromWireError } from '../contract/errors.ts'
import type { BackboneFiles, ExtractorInUse } from '../contract/worker/training-tasks.ts'
import type { ExtractorName } from './engines/feature-extractor.ts'
import type { LaneAnswer, LaneBatch, LaneInput, LaneResult, LaneSettings, ToLane } from './lane.ts'

export interface LanesOptions {
  /** The program of a lane's thread. */
  readonly entry: URL
  readonly wanted: 'auto' | ExtractorName
  /** Processor cores to use. */
  readonly threads: number
}

/** A session of its own for each core is fastest, but each takes memory for the whole network; beyond this they get more threads. */
const mostLanes = 16
/** A batch in the network and one whose pictures are being decoded. */
export const batchesPerLane = 2

interface Waiting {
  readonly resolve: (results: readonly LaneResult[]) => void
  readonly reject: (error: unknown) => void
}

/** One thread with an engine that holds the backbone. */
class Lane {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 0
  #broken: Error | null = null
  #engine: ExtractorInUse | null = null
  #ended = false

  constructor(entry: URL, settings: LaneSettings) {
    this.#worker = new Worker(entry, { workerData: settings })
    this.#worker.on('message', (answer: LaneAnswer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (answer.state === 'done') this.#engine = answer.engine
      if (answer.state === 'done') waiting?.resolve(answer.results)
      else waiting?.reject(fromWireError(answer.error))
    })
    this.#worker.on('error', (error) => this.#breakOff(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', (code) => {
      this.#ended = true
      this.#breakOff(new Error(`a thread that extracts features ended with code ${code}`))
    })
  }

  get load(): number {
    return this.#waiting.size
  }

  /** Null before its first answer. */
  get engine(): ExtractorInUse | null {
    return this.#engine
  }

  get isBroken(): boolean {
    return this.#broken !== null
  }

  #breakOff(error: Error): void {
    this.#broken ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#broken)
    this.#waiting.clear()
  }

  run(inputs: readonly LaneInput[]): Promise<readonly LaneResult[]> {
    if (this.#broken !== null) return Promise.reject(this.#broken)
    return new Promise((resolve, reject) => {
      const batch: LaneBatch = { id: this.#nextId++, inputs }
      this.#waiting.set(batch.id, { resolve, reject })
      this.#worker.postMessage(batch)
    })
  }

  /** Resolves when the thread has ended, after what it was given before. */
  async close(): Promise<void> {
    if (this.#ended) return
    const end = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close' satisfies ToLane)
    await end
  }
}

/** Threads that extract features with one backbone, started as they are needed. */
export class Lanes {
  /** How many there can be. */
  readonly count: number
  readonly #settings: LaneSettings
  readonly #entry: URL
  readonly #lanes: Lane[] = []

  constructor(backbone: BackboneFiles, { entry, wanted, threads }: LanesOptions) {
    this.count = Math.max(1, Math.min(threads, mostLanes))
    this.#settings = { backbone, wanted, threads: Math.max(1, Math.floor(threads / this.count)) }
    this.#entry = entry
  }

  /** What the threads extract with; null before the first answer. */
  get engine(): ExtractorInUse | null {
    return this.#lanes.map(({ engine }) => engine).find((engine) => engine !== null) ?? null
  }

  /** A thread that has ended by itself: the others go on, but a new set should be taken for the next work. */
  get isBroken(): boolean {
    return this.#lanes.some((lane) => lane.isBroken)
  }

  /**
   * Features of `inputs`, in their order, by the thread that has least to do. Rejects with `ENGINE_UNAVAILABLE`, `ENGINE_WRONG` or
   * `BACKBONE_DAMAGED` where the engine cannot be opened.
   */
  run(inputs: readonly LaneInput[]): Promise<readonly LaneResult[]> {
    let chosen = this.#lanes.reduce<Lane | null>((least, lane) => (least === null || lane.load < least.load ? lane : least), null)
    if (chosen === null || (chosen.load > 0 && this.#lanes.length < this.count)) {
      chosen = new Lane(this.#entry, this.#settings)
      this.#lanes.push(chosen)
    }
    return chosen.run(inputs)
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }
}
