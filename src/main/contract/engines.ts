import { z } from 'zod'
import { procedure } from './base.ts'
import { JobId } from './ids.ts'

/** Engines that train whole networks. */
export const TrainingEngineName = z.enum(['tfjs-node-gpu', 'webgpu', 'wasm'])
export type TrainingEngineName = z.infer<typeof TrainingEngineName>

/** Engines that extract features, in the order in which they are tried. */
export const ExtractorName = z.enum(['webgpu', 'onnxruntime', 'wasm'])
export type ExtractorName = z.infer<typeof ExtractorName>

/** `auto`: the first that passes its self-test. */
export const ExtractorWanted = z.enum(['auto', ...ExtractorName.options])
export type ExtractorWanted = z.infer<typeof ExtractorWanted>

/** The graphics adapter that `webgpu` computes on, by the name that people know it by, or why there is none that it may use. */
export const AdapterSearch = z.discriminatedUnion('state', [
  z.object({ state: z.literal('found'), name: z.string() }),
  z.object({ state: z.literal('none'), reason: z.string() }),
])
export type AdapterSearch = z.infer<typeof AdapterSearch>

/** `auto`: the first that passes its self-test. */
export const TrainingEngineWanted = z.enum(['auto', ...TrainingEngineName.options])
export type TrainingEngineWanted = z.infer<typeof TrainingEngineWanted>

/** An engine on this machine. */
export const EngineReport = z.object({
  engine: z.enum([...TrainingEngineName.options, 'onnxruntime', 'cpu']),
  does: z.array(z.enum(['extract', 'train-heads', 'train-networks'])),
  /** `missing`: it is not installed. `wrong`: its numbers are not the known ones. */
  state: z.enum(['works', 'wrong', 'unavailable', 'missing']),
  version: z.string().nullable(),
  /** What does the arithmetic: `CPU`, `GPU`, or the name of a graphics adapter. */
  device: z.string().nullable(),
  /** Largest difference from the known numbers in its self-test. */
  difference: z.number().nullable(),
  reason: z.string().nullable(),
})
export type EngineReport = z.infer<typeof EngineReport>

/** `tfjs-node-gpu` on this machine. */
export const NativeEngine = z.object({
  /** What would be fetched and what it takes on the disk then; null where no build exists for this system. */
  offer: z.object({ tensorflow: z.string(), downloadBytes: z.int(), sizeBytes: z.int() }).nullable(),
  /** The same for the build for NVIDIA cards. */
  gpuOffer: z.object({ tensorflow: z.string(), downloadBytes: z.int(), sizeBytes: z.int() }).nullable(),
  installed: z.object({ tensorflow: z.string(), gpu: z.boolean(), sizeBytes: z.int(), folder: z.string() }).nullable(),
})
export type NativeEngine = z.infer<typeof NativeEngine>

/** What is offered in the place of an installed engine: the same build on the TensorFlow that this studio was made for. Null where it is that one. */
export function updateOf({ installed, offer, gpuOffer }: NativeEngine): NativeEngine['offer'] {
  const offered = installed?.gpu === true ? gpuOffer : offer
  return installed === null || offered === null || offered.tensorflow === installed.tensorflow ? null : offered
}

export const engines = {
  /** Lets every engine compute known numbers, each in a process of its own: takes some seconds. */
  test: procedure.output(z.array(EngineReport)),
  native: procedure.output(NativeEngine),
  /** Fetches, builds and tests `tfjs-node-gpu`. */
  install: procedure.input(z.object({ gpu: z.boolean().default(false) })).output(z.object({ jobId: JobId })),
  remove: procedure.output(z.void()),
}
