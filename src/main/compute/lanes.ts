import { Worker } from 'node:worker_threads'
import type { ExtractorWanted } from '../contract/engines.ts'
import { fromThreadError } from '../contract/studio-error.ts'
import type { BackboneFiles, ExtractionLayout, ExtractorInUse } from '../contract/worker/training-tasks.ts'
import type { EngineModel } from './engines/feature-extractor.ts'
import type { LaneAnswer, LaneInput, LaneResult, LaneSettings, ToLane } from './lane.ts'

export interface LanesSettings {
  readonly wanted: ExtractorWanted
  /** Processor cores to use. */
  readonly threads: number
  /** How they are shared out; absent: a session a core. */
  readonly layout?: ExtractionLayout | undefined
}
export interface LanesOptions extends LanesSettings {
  /** The program of a lane's thread. */
  readonly entry: URL
}

/** A session of its own for each core is fastest, but each takes memory for the whole network; beyond this they get more threads. */
export const mostLanes = 16
/** A batch in the network and one whose pictures are being decoded. */
export const batchesPerLane = 2

interface Waiting {
  readonly resolve: (result: LaneResult) => void
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

  /** `model`: what its engine opens; batches may come before it is there. */
  constructor(entry: URL, settings: LaneSettings, model: Promise<EngineModel>, threads: number) {
    this.#worker = new Worker(entry, { workerData: settings })
    model.then(
      (ready) => this.#worker.postMessage({ kind: 'open', model: ready, threads } satisfies ToLane),
      (error: unknown) => {
        this.#breakOff(error)
        // Batches that it has by now would wait for a network, and its end for them.
        this.#worker.postMessage({ kind: 'give-up' } satisfies ToLane)
      },
    )
    this.#worker.on('message', (answer: LaneAnswer) => {
      if (answer.state === 'broken') {
        this.#breakOff(fromThreadError(answer.error))
        return
      }
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (answer.state === 'done') this.#engine = answer.engine
      if (answer.state === 'done') waiting?.resolve(answer.result)
      else waiting?.reject(fromThreadError(answer.error))
    })
    this.#worker.on('error', (error) => this.#breakOff(error))
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

  #breakOff(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error))
    for (const { reject } of this.#waiting.values()) reject(this.#broken)
    this.#waiting.clear()
  }

  run(inputs: readonly LaneInput[]): Promise<LaneResult> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== null) {
        reject(this.#broken)
        return
      }
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ kind: 'batch', id, inputs } satisfies ToLane)
    })
  }

  /** Resolves when the thread has ended, after what it was given before. */
  async close(): Promise<void> {
    if (this.#ended) return
    const end = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage({ kind: 'close' } satisfies ToLane)
    await end
  }
}

/** Threads that extract features with one backbone, started as they are needed. */
export class Lanes {
  /** How many there can be. */
  readonly count: number
  readonly #backbone: BackboneFiles
  readonly #options: LanesOptions
  readonly #lanes: Lane[] = []
  #model: Promise<EngineModel> | null = null

  constructor(backbone: BackboneFiles, options: LanesOptions) {
    this.count = options.layout?.lanes ?? Math.max(1, Math.min(options.threads, mostLanes))
    this.#backbone = backbone
    this.#options = options
  }

  /** What the threads extract with; null before the first answer. */
  get engine(): ExtractorInUse | null {
    return this.#lanes.map(({ engine }) => engine).find((engine) => engine !== null) ?? null
  }

  /** A thread that has ended by itself, or an engine that did not open: a new set should be taken for the next work. */
  get isBroken(): boolean {
    return this.#lanes.some((lane) => lane.isBroken)
  }

  /**
   * Features of `inputs`, in their order, by the thread that has least to do. Rejects with `ENGINE_UNAVAILABLE`, `ENGINE_WRONG` or
   * `BACKBONE_DAMAGED` where the engine cannot be opened.
   */
  run(inputs: readonly LaneInput[]): Promise<LaneResult> {
    let chosen = this.#lanes.reduce<Lane | null>((least, lane) => (least === null || lane.load < least.load ? lane : least), null)
    if (chosen === null || (chosen.load > 0 && this.#lanes.length < this.count)) {
      chosen = this.#start()
      this.#lanes.push(chosen)
    }
    return chosen.run(inputs)
  }

  #start(): Lane {
    const { entry, wanted, threads, layout } = this.#options
    // Once for all threads: reading, checking and rewriting a network takes longer than opening it.
    this.#model ??= import('./engines/engine.ts').then(({ prepareModel }) => prepareModel(this.#backbone, wanted))
    const { inputSizePx, featureDim } = this.#backbone
    const settings = { inputSizePx, featureDim, batch: layout?.batch ?? null }
    return new Lane(entry, settings, this.#model, layout?.threadsPerLane ?? Math.max(1, Math.floor(threads / this.count)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }
}
