import { isStudioError } from '../contract/studio-error.ts'
import type { BackboneFiles, ExtractorInUse } from '../contract/worker/training-tasks.ts'
import { picturesPerCard } from './engines/feature-extractor.ts'
import { packedLength, unpackPixels } from './engines/pixels-extractor.ts'
import type { LaneInput, LaneResult } from './lane.ts'
import { Lanes, type LanesOptions } from './lanes.ts'

/** Pictures of one call that wait for the card. */
interface Waiting {
  readonly pictures: readonly Uint8Array[]
  readonly resolve: (features: Float32Array) => void
  readonly reject: (error: unknown) => void
}

/**
 * Extraction with a graphics card: a card is one device, so one thread holds the network, and takes what has come meanwhile in one go; the other threads
 * decode for it. To be used like `Lanes`. For pictures whose bytes fill whole floats.
 */
export class GpuLanes {
  readonly #decoders: Lanes
  readonly #network: Lanes
  readonly #featureDim: number
  #waiting: Waiting[] = []
  #isBusy = false
  #isLost = false

  constructor(backbone: BackboneFiles, options: LanesOptions) {
    this.#decoders = new Lanes(
      { ...backbone, cut: 'pixels', featureDim: packedLength(backbone.inputSizePx) },
      { ...options, layout: undefined },
    )
    this.#network = new Lanes(backbone, { ...options, wanted: 'webgpu', threads: 1, layout: undefined })
    this.#featureDim = backbone.featureDim
  }

  get count(): number {
    return this.#decoders.count
  }

  get engine(): ExtractorInUse | null {
    return this.#network.engine
  }

  /** Also once the card was lost: another thread opens it anew. */
  get isBroken(): boolean {
    return this.#isLost || this.#decoders.isBroken || this.#network.isBroken
  }

  /** As `Lanes.run`; rejects with `ENGINE_LOST` too. */
  async run(inputs: readonly LaneInput[]): Promise<LaneResult> {
    const { pictures, unreadable } = await this.#decode(inputs)
    const features = new Float32Array(inputs.length * this.#featureDim)
    const readable = pictures.flatMap((picture, at) => (picture === null ? [] : [{ picture, at }]))
    if (readable.length > 0) {
      const extracted = await this.#extract(readable.map(({ picture }) => picture))
      for (const [row, { at }] of readable.entries())
        features.set(extracted.subarray(row * this.#featureDim, (row + 1) * this.#featureDim), at * this.#featureDim)
    }
    return { features, unreadable }
  }

  /** Null for what is unreadable. */
  async #decode(
    inputs: readonly LaneInput[],
  ): Promise<{ readonly pictures: readonly (Uint8Array | null)[]; readonly unreadable: LaneResult['unreadable'] }> {
    if (inputs.every((input) => input instanceof Uint8Array)) return { pictures: inputs, unreadable: [] }
    const { features: packed, unreadable } = await this.#decoders.run(inputs)
    const dim = packed.length / inputs.length
    const bad = new Set(unreadable.map(({ at }) => at))
    const pictures = inputs.map((_, at) => (bad.has(at) ? null : unpackPixels(packed.slice(at * dim, (at + 1) * dim))))
    return { pictures, unreadable }
  }

  #extract(pictures: readonly Uint8Array[]): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ pictures, resolve, reject })
      void this.#work()
    })
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      while (this.#waiting.length > 0) await this.#workOn(this.#take())
    } finally {
      this.#isBusy = false
    }
  }

  /** As many calls as fill the card once; always one. */
  #take(): readonly Waiting[] {
    let pictures = 0
    let calls = 0
    for (const waiting of this.#waiting) {
      if (calls > 0 && pictures + waiting.pictures.length > picturesPerCard) break
      pictures += waiting.pictures.length
      calls += 1
    }
    return this.#waiting.splice(0, calls)
  }

  async #workOn(calls: readonly Waiting[]): Promise<void> {
    try {
      const { features } = await this.#network.run(calls.flatMap(({ pictures }) => pictures))
      let from = 0
      for (const { pictures, resolve } of calls) {
        resolve(features.subarray(from, from + pictures.length * this.#featureDim))
        from += pictures.length * this.#featureDim
      }
    } catch (error) {
      if (isStudioError(error) && error.code === 'ENGINE_LOST') this.#isLost = true
      for (const { reject } of calls) reject(error)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#decoders.close(), this.#network.close()])
  }
}
