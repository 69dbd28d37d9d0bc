import { StudioError } from '../contract/errors.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { BackboneFiles, ExtractionCalibration, ExtractionLayout, TrainingTasks } from '../contract/worker/training-tasks.ts'
import { drawnPhoto } from '../imaging/drawn-photo.ts'
import { writeNetworkInput } from '../imaging/to-network-input.ts'
import { batchesPerLane, Lanes, mostLanes, type LanesOptions } from './lanes.ts'
import { makeRandom } from './random.ts'

/** Long enough that a turn of another program on a core does not decide, short enough that nobody waits. */
const measuredMs = 400
const batches = [1, 4, 8] as const
const usualBatch = 2
/** How often the forms in 32 and 8 bits are measured, and for how long each time. */
const comparedRounds = 5
const comparedMs = 150
/** A session holds the whole network: one more has to be worth it. */
const worthAnotherLane = 1.05

/** Ways to share out `threads` cores, those with fewer sessions first. */
function layouts(threads: number): readonly ExtractionLayout[] {
  const lanes = [...new Set([1, Math.ceil(threads / 2), threads].map((count) => Math.min(count, mostLanes)))]
  return lanes.flatMap((count) => {
    const each = Math.max(1, Math.floor(threads / count))
    // Half of what the system calls cores may be all that can compute at once: then half of the sessions, with a thread each, are enough.
    const threadsPerLane = count > 1 && each > 1 ? [1, each] : [each]
    return threadsPerLane.map((own) => ({ lanes: count, threadsPerLane: own, batch: usualBatch }))
  })
}

type Context = Pick<TaskContext<{ readonly done: number; readonly total: number }>, 'signal' | 'emit'>

type Measured = Pick<ExtractionCalibration, 'layout' | 'openSeconds' | 'photosPerSecond'>

interface OpenLanes {
  readonly lanes: Lanes
  readonly message: readonly Uint8Array[]
  /** Messages under way, so that no session waits. */
  readonly inFlight: number
}

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

  /** A network in one layout, every session of which has run. Throws what `Lanes.run` throws. */
  async #open(backbone: BackboneFiles, layout: ExtractionLayout): Promise<OpenLanes> {
    this.#context.signal.throwIfAborted()
    const lanes = new Lanes(backbone, { ...this.#options, layout })
    const random = makeRandom(1)
    const picture = Uint8Array.from({ length: backbone.inputSizePx ** 2 * 3 }, () => 256 * random())
    const opened = {
      lanes,
      message: new Array<Uint8Array>(Math.max(usualBatch, layout.batch)).fill(picture),
      inFlight: layout.lanes * batchesPerLane,
    }
    try {
      await Promise.all(Array.from({ length: opened.inFlight }, () => lanes.run(opened.message)))
    } catch (error) {
      await lanes.close()
      throw error
    }
    return opened
  }

  /** Photos a second, pictures of noise ready in memory. */
  async #rate({ lanes, message, inFlight }: OpenLanes, ms: number): Promise<number> {
    const startedAt = performance.now()
    let done = 0
    const run = async (): Promise<void> => {
      while (performance.now() - startedAt < ms) {
        await lanes.run(message)
        done += message.length
      }
    }
    await Promise.all(Array.from({ length: inFlight }, run))
    this.#context.emit({ done: ++this.#done, total: this.#total })
    return (done * 1000) / (performance.now() - startedAt)
  }

  async #measure(backbone: BackboneFiles, layout: ExtractionLayout): Promise<Measured> {
    const startedAt = performance.now()
    const opened = await this.#open(backbone, layout)
    const openSeconds = (performance.now() - startedAt) / 1000
    try {
      return { layout, openSeconds, photosPerSecond: await this.#rate(opened, measuredMs) }
    } finally {
      await opened.lanes.close()
    }
  }

  async fastest(backbone: BackboneFiles): Promise<Measured> {
    let best: Measured | null = null
    for (const layout of this.#layouts) {
      const measured: Measured = await this.#measure(backbone, layout)
      const wanted: number = best === null ? 0 : best.photosPerSecond * (layout.lanes > best.layout.lanes ? worthAnotherLane : 1)
      if (best === null || measured.photosPerSecond > wanted) best = measured
    }
    if (best === null) throw new RangeError('there are no cores to measure with')
    for (const batch of batches) {
      const measured = await this.#measure(backbone, { ...best.layout, batch })
      if (measured.photosPerSecond > best.photosPerSecond) best = measured
    }
    return best
  }

  /** One core's work, times the cores: nothing in it waits for another. */
  async preparedPerSecond({ inputSizePx }: BackboneFiles): Promise<number> {
    const photo = await drawnPhoto(makeRandom(2))
    const target = new Uint8Array(inputSizePx ** 2 * 3)
    await writeNetworkInput(photo, inputSizePx, target)
    const startedAt = performance.now()
    let done = 0
    for (; performance.now() - startedAt < measuredMs / 2; done++) await writeNetworkInput(photo, inputSizePx, target)
    return (this.#options.threads * done * 1000) / (performance.now() - startedAt)
  }

  /**
   * How many times as fast the form in 8 bits is: the two in turns, and the median of their ratios, because what else the machine does meets both. Null where
   * the processor cannot compute in 8 bits rightly.
   */
  async compareInt8(backbone: BackboneFiles, int8: BackboneFiles, layout: ExtractionLayout): Promise<ExtractionCalibration['int8']> {
    const opened: OpenLanes[] = []
    try {
      opened.push(await this.#open(int8, layout))
      opened.push(await this.#open(backbone, layout))
      const [fast, full] = opened as [OpenLanes, OpenLanes]
      const ratios: number[] = []
      for (let round = 0; round < comparedRounds; round++)
        ratios.push((await this.#rate(fast, comparedMs)) / (await this.#rate(full, comparedMs)))
      return { timesAsFast: ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 1 }
    } catch (error) {
      if (error instanceof StudioError && (error.code === 'ENGINE_WRONG' || error.code === 'ENGINE_UNAVAILABLE')) return null
      throw error
    } finally {
      await Promise.all(opened.map(({ lanes }) => lanes.close()))
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
  const fastest = await measurement.fastest(backbone)
  const { layout } = fastest
  const preparedPerSecond = await measurement.preparedPerSecond(backbone)
  return { ...fastest, preparedPerSecond, int8: int8 === null ? null : await measurement.compareInt8(backbone, int8, layout) }
}
