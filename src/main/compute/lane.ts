import { readFile } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import { toWireError, type WireError } from '../contract/errors.ts'
import type { BackboneFiles, ExtractorInUse } from '../contract/worker/training-tasks.ts'
import { PictureProblem } from '../imaging/picture-problem.ts'
import { workingCopyToNetworkInput } from '../imaging/to-network-input.ts'
import type { ExtractorName, FeatureExtractor } from './engines/feature-extractor.ts'

/** What a lane is started with. */
export interface LaneSettings {
  readonly backbone: BackboneFiles
  readonly wanted: 'auto' | ExtractorName
  /** Threads of its engine. */
  readonly threads: number
}

/** Path of a working copy, or a network input as it is: [size, size, 3] RGB bytes. */
export type LaneInput = string | Uint8Array

export interface LaneBatch {
  readonly id: number
  readonly inputs: readonly LaneInput[]
}
/** `close`: the thread ends by itself once everything before is done. Ended from outside in the middle of native code, it takes the process along. */
export type ToLane = LaneBatch | 'close'

/** Features of one input, [featureDim], or why its picture cannot be read. */
export type LaneResult =
  { readonly state: 'ready'; readonly features: Float32Array } | { readonly state: 'unreadable'; readonly reason: string }

export type LaneAnswer =
  | { readonly id: number; readonly state: 'done'; readonly results: readonly LaneResult[]; readonly engine: ExtractorInUse }
  | { readonly id: number; readonly state: 'failed'; readonly error: WireError }

/**
 * Pictures that go through the network at a time, measured best on one thread: what onnxruntime holds between two layers of one picture
 * fits the processor's cache, that of eight does not and takes a fifth longer; wasm spends more on each call.
 */
const inferenceBatch: Readonly<Record<ExtractorName, number>> = { onnxruntime: 2, wasm: 8 }

async function toInput(input: LaneInput, sizePx: number): Promise<Uint8Array> {
  if (typeof input !== 'string') return input
  const bytes = await readFile(input).catch((error: unknown) => {
    throw new PictureProblem('unreadable', error instanceof Error ? error.message : String(error), { cause: error })
  })
  return workingCopyToNetworkInput(bytes, sizePx)
}

async function extract(
  extractor: FeatureExtractor,
  { inputSizePx, featureDim }: BackboneFiles,
  inputs: readonly PromiseSettledResult<Uint8Array>[],
): Promise<LaneResult[]> {
  const pictureBytes = inputSizePx * inputSizePx * 3
  const results: LaneResult[] = []
  const readable: { readonly at: number; readonly pixels: Uint8Array }[] = []
  inputs.forEach((input, at) => {
    if (input.status === 'fulfilled') readable.push({ at, pixels: input.value })
    else if (input.reason instanceof PictureProblem) results[at] = { state: 'unreadable', reason: input.reason.detail }
    else throw input.reason
  })
  const batch = inferenceBatch[extractor.engine]
  const pixels = new Uint8Array(batch * pictureBytes)
  for (let from = 0; from < readable.length; from += batch) {
    const part = readable.slice(from, from + batch)
    part.forEach((picture, index) => pixels.set(picture.pixels, index * pictureBytes))
    const features = await extractor.extract(pixels, part.length)
    part.forEach(({ at }, index) => {
      results[at] = { state: 'ready', features: features.slice(index * featureDim, (index + 1) * featureDim) }
    })
  }
  return results
}

/**
 * The thread's side of `Lanes`: answers batches in the order in which they come. The pictures of a batch are read as soon as it is there,
 * while the batch before is in the network, and decoded between its steps: other threads would only take the core from other lanes.
 */
export function serveLane(port: MessagePort, { backbone, wanted, threads }: LaneSettings): void {
  const opening = import('./engines/engine.ts').then(({ openExtractor }) => openExtractor(backbone, { wanted, threads }))
  // Looked at by the first batch, which may come later than the failure.
  opening.catch(() => undefined)
  const answer = async ({ id }: LaneBatch, reading: Promise<PromiseSettledResult<Uint8Array>[]>): Promise<LaneAnswer> => {
    try {
      const extractor = await opening
      const { engine, version } = extractor
      return { id, state: 'done', results: await extract(extractor, backbone, await reading), engine: { engine, version } }
    } catch (error) {
      return { id, state: 'failed', error: toWireError(error) }
    }
  }
  const close = async (): Promise<void> => {
    const [opened] = await Promise.allSettled([opening])
    if (opened.status === 'fulfilled') await opened.value.close()
    port.close()
  }
  let turn = Promise.resolve()
  port.on('message', (message: ToLane) => {
    if (message === 'close') {
      turn = turn.then(close)
      return
    }
    const reading = Promise.allSettled(message.inputs.map((input) => toInput(input, backbone.inputSizePx)))
    turn = turn.then(async () => port.postMessage(await answer(message, reading)))
  })
}
