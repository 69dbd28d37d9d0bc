import { StudioError } from '../contract/errors.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { BackboneFiles, ExtractionCalibration, ExtractionLayout, TrainingTasks } from '../contract/worker/training-tasks.ts'
import { batchesPerLane, Lanes, type LanesOptions } from './lanes.ts'
import { makeRandom } from './random.ts'

/** Long enough that a turn of another program on a core does not decide, short enough that nobody waits. */
const measuredMs = 400
const batches = [1, 4, 8] as const
const usualBatch = 2
/** How often the forms in 32 and 8 bits are measured. */
const comparedRounds = 2
/** A session holds the whole network: one more has to be worth it. */
const worthAnotherLane = 1.05

/** Ways to share out `threads` cores, those with fewer sessions first. */
function layouts(threads: number): readonly ExtractionLayout[] {
  const lanes = [...new Set([1, Math.ceil(threads / 2), threads])]
  return lanes.flatMap((count) => {
    const each = Math.max(1, Math.floor(threads / count))
    // Half of what the system calls cores may be all that can compute at once: then half of the sessions, with a thread each, are enough.
    const threadsPerLane = count > 1 && each > 1 ? [1, each] : [each]
    return threadsPerLane.map((own) => ({ lanes: count, threadsPerLane: own, batch: usualBatch }))
  })
}

type Context = Pick<TaskContext<{ readonly done: number; readonly total: number }>, 'signal' | 'emit'>

class Measurement {
  readonly #options: LanesOptions
  readonly #context: Context
  readonly #layouts: readonly ExtractionLayout[]
  readonly #total: number
  #done = 0

  constructor(options: LanesOptions, context: Context, isCompared: boolean) {
    this.#options = options
    this.#context = context
    this.#layouts = layouts(options.threads)
    this.#total = this.#layouts.length + batches.length + (isCompared ? 2 * comparedRounds : 0)
  }

  /** Photos a second of a network in one layout, pictures of noise ready in memory. Throws what `Lanes.run` throws. */
  async photosPerSecond(backbone: BackboneFiles, layout: ExtractionLayout): Promise<number> {
    this.#context.signal.throwIfAborted()
    const lanes = new Lanes(backbone, { ...this.#options, layout })
    const random = makeRandom(1)
    const picture = Uint8Array.from({ length: backbone.inputSizePx ** 2 * 3 }, () => 256 * random())
    const message = new Array<Uint8Array>(Math.max(usualBatch, layout.batch)).fill(picture)
    const inFlight = layout.lanes * batchesPerLane
    try {
      // So many at once that every session is opened, and has run.
      await Promise.all(Array.from({ length: inFlight }, () => lanes.run(message)))
      const startedAt = performance.now()
      let done = 0
      const run = async (): Promise<void> => {
        while (performance.now() - startedAt < measuredMs) {
          await lanes.run(message)
          done += message.length
        }
      }
      await Promise.all(Array.from({ length: inFlight }, run))
      this.#context.emit({ done: ++this.#done, total: this.#total })
      return (done * 1000) / (performance.now() - startedAt)
    } finally {
      await lanes.close()
    }
  }

  async fastest(backbone: BackboneFiles): Promise<{ readonly layout: ExtractionLayout; readonly photosPerSecond: number }> {
    let best: { layout: ExtractionLayout; photosPerSecond: number } | null = null
    for (const layout of this.#layouts) {
      const photosPerSecond: number = await this.photosPerSecond(backbone, layout)
      const wanted: number = best === null ? 0 : best.photosPerSecond * (layout.lanes > best.layout.lanes ? worthAnotherLane : 1)
      if (best === null || photosPerSecond > wanted) best = { layout, photosPerSecond }
    }
    if (best === null) throw new RangeError('there are no cores to measure with')
    for (const batch of batches) {
      const layout: ExtractionLayout = { ...best.layout, batch }
      const photosPerSecond = await this.photosPerSecond(backbone, layout)
      if (photosPerSecond > best.photosPerSecond) best = { layout, photosPerSecond }
    }
    return best
  }

  /** The two in turns, and the best of each: another program's turn on a core must not decide. Null where the processor cannot compute in 8 bits rightly. */
  async compareInt8(backbone: BackboneFiles, int8: BackboneFiles, layout: ExtractionLayout): Promise<ExtractionCalibration['int8']> {
    const best = { float32: 0, int8: 0 }
    try {
      for (let round = 0; round < comparedRounds; round++) {
        best.int8 = Math.max(best.int8, await this.photosPerSecond(int8, layout))
        best.float32 = Math.max(best.float32, await this.photosPerSecond(backbone, layout))
      }
      return { timesAsFast: best.int8 / best.float32 }
    } catch (error) {
      if (error instanceof StudioError && (error.code === 'ENGINE_WRONG' || error.code === 'ENGINE_UNAVAILABLE')) return null
      throw error
    }
  }
}

/**
 * The task `calibrate`: how photos go through a network fastest on this machine, by trying. Takes some seconds of all cores. Throws what `Lanes.run` throws,
 * or the signal's reason.
 */
export async function calibrate(
  { backbone, int8 }: Pick<TrainingTasks['calibrate']['input'], 'backbone' | 'int8'>,
  options: LanesOptions,
  context: Context,
): Promise<ExtractionCalibration> {
  const measurement = new Measurement(options, context, int8 !== null)
  const { layout, photosPerSecond } = await measurement.fastest(backbone)
  return { layout, photosPerSecond, int8: int8 === null ? null : await measurement.compareInt8(backbone, int8, layout) }
}
