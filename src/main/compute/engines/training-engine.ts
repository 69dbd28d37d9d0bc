import { StudioError } from '../../contract/errors.ts'
import type { FailedEngine, TrainingEngineChoice } from '../../contract/worker/training-tasks.ts'
import { loadTfjs, tfjsBackend, type Tfjs, type TfjsEngine, type TfjsOptions } from './load-tfjs.ts'
import { describeNative } from './native-binding.ts'
import { selfTestTolerance } from './self-test.ts'
import { trainingDifference } from './training-self-test.ts'

/** An engine that trains networks, after its self-test. */
export interface TrainingEngine {
  readonly engine: TfjsEngine
  readonly tf: Tfjs
  readonly version: string
  /** What does the arithmetic: `CPU`, or `GPU`. */
  readonly device: string
  /** Largest difference from numbers computed elsewhere. */
  readonly difference: number
}

export type TrainingEngineCheck = ({ readonly state: 'passed' } & TrainingEngine) | FailedEngine

/** Loads an engine and makes it the one in use; throws where it does not run on this machine. */
export type OpenTfjs = (engine: TfjsEngine, options: TfjsOptions) => Promise<Tfjs>

/** In which they are tried. */
export const trainingEngineOrder: readonly TfjsEngine[] = ['tfjs-node-gpu', 'wasm']

/** Loads one engine and lets it compute a forward pass, gradients and a step of the optimiser whose numbers are known. */
export async function checkTrainingEngine(
  engine: TfjsEngine,
  options: TfjsOptions,
  open: OpenTfjs = loadTfjs,
): Promise<TrainingEngineCheck> {
  try {
    const tf = await open(engine, options)
    // An engine that is not there would be replaced by the plain JavaScript one, fifty times slower, without a word and without an error.
    if (tf.getBackend() !== tfjsBackend(engine)) throw new Error(`TensorFlow.js uses its backend ${tf.getBackend()} instead`)
    const difference = await trainingDifference(tf)
    if (!(difference <= selfTestTolerance)) return { engine, state: 'wrong', difference }
    const native = engine === 'tfjs-node-gpu' ? describeNative(tf.backend()) : null
    const version = native === null ? tf.version['tfjs-core'] : `${tf.version['tfjs-core']} on TensorFlow ${native.version}`
    return { engine, state: 'passed', tf, version, device: native?.usesGpu === true ? 'GPU' : 'CPU', difference }
  } catch (error) {
    return { engine, state: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * The first engine that passes its self-test, as the one in use, with those that would have come first and failed; an engine that was never
 * installed has not failed. Throws `ENGINE_UNAVAILABLE` or `ENGINE_WRONG` of the wanted engine, or of the last one where none passes.
 */
export async function chooseTrainingEngine(
  { wanted, nativeFolder, threads }: TrainingEngineChoice,
  open: OpenTfjs = loadTfjs,
): Promise<{ readonly chosen: TrainingEngine; readonly skipped: readonly FailedEngine[] }> {
  const skipped: FailedEngine[] = []
  const installed = trainingEngineOrder.filter((engine) => engine !== 'tfjs-node-gpu' || nativeFolder !== null)
  for (const engine of wanted === 'auto' ? installed : [wanted]) {
    const check = await checkTrainingEngine(engine, { threads, nativeFolder }, open)
    if (check.state === 'passed') return { chosen: check, skipped }
    skipped.push(check)
  }
  const last = skipped.at(-1)
  if (last === undefined) throw new Error('there is no engine to train with')
  throw last.state === 'wrong'
    ? // Answers that are not numbers differ infinitely, which no message between processes can hold.
      new StudioError('ENGINE_WRONG', { engine: last.engine, difference: Math.min(last.difference, Number.MAX_VALUE) })
    : new StudioError('ENGINE_UNAVAILABLE', { engine: last.engine, reason: last.reason })
}
