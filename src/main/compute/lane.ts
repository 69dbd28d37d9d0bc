import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import type { WireError } from '../contract/errors.ts'
import { StudioError, toWireError } from '../contract/studio-error.ts'
import type { BackboneFiles, ExtractorInUse } from '../contract/worker/training-tasks.ts'
import type { PixelChanges } from '../contract/augmentation.ts'
import { changeToVariant } from '../imaging/draw-looks.ts'
import { PictureProblem } from '../imaging/picture-problem.ts'
import { writeNetworkInput } from '../imaging/to-network-input.ts'
import { picturesPerCard, type EngineModel, type FeatureExtractor } from './engines/feature-extractor.ts'
import { openModel } from './engines/open-model.ts'

/** What a lane is started with. */
export interface LaneSettings extends Pick<BackboneFiles, 'inputSizePx' | 'featureDim'> {
  /** Pictures that go through the network at a time; null: what is best for its engine on most machines. */
  readonly batch: number | null
}

/** A working copy to be looked at in one of its looks. */
export interface ChangedCopy {
  readonly path: string
  readonly hash: string
  readonly changes: PixelChanges
  readonly variant: number
}

/** Path of a working copy, or a network input as it is: [size, size, 3] RGB bytes. */
export type LaneInput = string | ChangedCopy | Uint8Array

function pathsIn(inputs: readonly LaneInput[]): readonly string[] {
  return inputs.flatMap((input) => (typeof input === 'string' ? input : input instanceof Uint8Array ? [] : input.path))
}

export interface LaneBatch {
  readonly kind: 'batch'
  readonly id: number
  readonly inputs: readonly LaneInput[]
}
/**
 * `open` comes once, before or after the first batches, or `give-up` in its stead: there is no network, and what waits for one fails. `close`: the
 * thread ends by itself once everything before is done. Ended from outside in the middle of native code, it takes the process along.
 */
export type ToLane =
  | { readonly kind: 'open'; readonly model: EngineModel; readonly threads: number }
  | { readonly kind: 'give-up' }
  | LaneBatch
  | { readonly kind: 'close' }

export interface LaneResult {
  /** Row-major [inputs, featureDim], in the order of the inputs; zeros for what is unreadable. */
  readonly features: Float32Array<ArrayBuffer>
  readonly unreadable: readonly { readonly at: number; readonly reason: string }[]
}

export type LaneAnswer =
  | { readonly id: number; readonly state: 'done'; readonly result: LaneResult; readonly engine: ExtractorInUse }
  | { readonly id: number; readonly state: 'failed'; readonly error: WireError }
  /** The network could not be opened: no batch will ever be answered. */
  | { readonly state: 'broken'; readonly error: WireError }

/**
 * Pictures that go through the network at a time, measured best on one thread: what onnxruntime holds between two layers of one picture
 * fits the processor's cache, that of eight does not and takes a tenth longer; wasm spends more on each call. A graphics card has thousands of
 * lanes of its own to fill.
 */
const inferenceBatch: Readonly<Record<FeatureExtractor['engine'], number>> = { webgpu: picturesPerCard, onnxruntime: 2, wasm: 8, pixels: 8 }

/** Working copies mostly lie in the system's cache, where reading one takes a thirtieth of a millisecond; a disk that is asked takes longer. */
const slowReadMs = 1
/** One slow read may be another program's turn on the processor; so many in a row are the disk. */
const slowReadsInARow = 4

function unreadable(error: unknown): PictureProblem {
  return new PictureProblem('unreadable', error instanceof Error ? error.message : String(error), { cause: error })
}

/**
 * Reads working copies at once where they are in the system's cache: handing a read to another thread and back takes ten times as long as
 * the read. Once the disk is met, the next batches are read ahead while the network works.
 */
class Reader {
  #slowReads = 0

  /** Files of a batch that has to wait for its turn. */
  ahead(inputs: readonly LaneInput[]): Promise<PromiseSettledResult<Buffer>[]> | null {
    if (this.#slowReads < slowReadsInARow) return null
    return Promise.allSettled(pathsIn(inputs).map((path) => readFile(path)))
  }

  /** Throws `PictureProblem`. */
  read(path: string): Buffer {
    const startedAt = performance.now()
    try {
      return readFileSync(path)
    } catch (error) {
      throw unreadable(error)
    } finally {
      this.#slowReads = performance.now() - startedAt > slowReadMs ? this.#slowReads + 1 : 0
    }
  }
}

/** A thread's engine with the memory that its pictures go through. */
class Extraction {
  readonly #extractor: FeatureExtractor
  readonly #settings: LaneSettings
  readonly #reader: Reader
  readonly #pixels: Uint8Array
  readonly #batch: number

  constructor(extractor: FeatureExtractor, settings: LaneSettings, reader: Reader) {
    this.#extractor = extractor
    this.#settings = settings
    this.#reader = reader
    this.#batch = settings.batch ?? inferenceBatch[extractor.engine]
    this.#pixels = new Uint8Array(this.#batch * settings.inputSizePx ** 2 * 3)
  }

  get engine(): ExtractorInUse {
    const { engine, version } = this.#extractor
    return { engine, version }
  }

  async run(inputs: readonly LaneInput[], ahead: ReturnType<Reader['ahead']>): Promise<LaneResult> {
    const { inputSizePx, featureDim } = this.#settings
    const pictureBytes = inputSizePx ** 2 * 3
    const features = new Float32Array(inputs.length * featureDim)
    const problems: { at: number; reason: string }[] = []
    const read = (await ahead)?.values()
    let waiting: number[] = []
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return
      const extracted = await this.#extractor.extract(this.#pixels, waiting.length)
      waiting.forEach((at, row) => features.set(extracted.subarray(row * featureDim, (row + 1) * featureDim), at * featureDim))
      waiting = []
    }
    for (const [at, input] of inputs.entries()) {
      const target = this.#pixels.subarray(waiting.length * pictureBytes, (waiting.length + 1) * pictureBytes)
      try {
        if (input instanceof Uint8Array) target.set(input)
        else {
          await writeNetworkInput(this.#fileOf(typeof input === 'string' ? input : input.path, read), inputSizePx, target)
          if (typeof input !== 'string') changeToVariant(target, inputSizePx, input.changes, input.hash, input.variant)
        }
        waiting.push(at)
      } catch (error) {
        if (!(error instanceof PictureProblem)) throw error
        problems.push({ at, reason: error.detail })
      }
      if (waiting.length === this.#batch) await flush()
    }
    await flush()
    return { features, unreadable: problems }
  }

  /** `ahead`: what was read before, in the order of the files. */
  #fileOf(path: string, ahead: IterableIterator<PromiseSettledResult<Buffer>> | undefined): Buffer {
    const read = ahead?.next().value as PromiseSettledResult<Buffer> | undefined
    if (read === undefined) return this.#reader.read(path)
    if (read.status === 'rejected') throw unreadable(read.reason)
    return read.value
  }

  close(): Promise<void> {
    return this.#extractor.close()
  }
}

/**
 * The thread's side of `Lanes`: answers batches in the order in which they come. Pictures are decoded between the steps of the network:
 * other threads would only take the core from other lanes.
 */
export function serveLane(port: MessagePort, settings: LaneSettings): void {
  const reader = new Reader()
  const { promise: opening, resolve: open, reject: fail } = Promise.withResolvers<Extraction | null>()
  // Looked at by the first batch, which may come later than the failure.
  opening.catch(() => undefined)

  const answer = async ({ id, inputs }: LaneBatch, ahead: ReturnType<Reader['ahead']>): Promise<void> => {
    try {
      const extraction = await opening
      if (extraction === null) throw new Error('a thread that extracts features was closed before it had a network')
      const result = await extraction.run(inputs, ahead)
      port.postMessage({ id, state: 'done', result, engine: extraction.engine } satisfies LaneAnswer, [result.features.buffer])
    } catch (error) {
      port.postMessage({ id, state: 'failed', error: toWireError(error) } satisfies LaneAnswer)
    }
  }
  let isOpening = false
  const close = async (): Promise<void> => {
    if (!isOpening) open(null)
    const [opened] = await Promise.allSettled([opening])
    if (opened.status === 'fulfilled') await opened.value?.close()
    port.close()
  }
  let turn = Promise.resolve()
  port.on('message', (message: ToLane) => {
    if (message.kind === 'open') {
      isOpening = true
      const { engine } = message.model
      openModel(message.model, message.threads).then(
        (extractor) => open(new Extraction(extractor, settings, reader)),
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error)
          const told = new StudioError('ENGINE_UNAVAILABLE', { engine, reason }, { cause: error })
          fail(told)
          port.postMessage({ state: 'broken', error: toWireError(told) } satisfies LaneAnswer)
        },
      )
    } else if (message.kind === 'give-up') open(null)
    else if (message.kind === 'batch') {
      const ahead = reader.ahead(message.inputs)
      turn = turn.then(() => answer(message, ahead))
    } else turn = turn.then(close)
  })
}
