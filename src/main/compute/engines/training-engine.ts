import type { AdapterSearch } from '../../contract/engines.ts'
import { StudioError } from '../../contract/errors.ts'
import type { FailedEngine, TrainingEngineChoice } from '../../contract/worker/training-tasks.ts'
import { findAdapter } from './graphics-adapter.ts'
import { loadTfjs, tfjsBackend, type Tfjs, type TfjsEngine, type TfjsOptions } from './load-tfjs.ts'
import { describeNative } from './native-binding.ts'
import { selfTestTolerance } from './self-test.ts'
import { trainingDifference } from './training-self-test.ts'
import { adapterInUse, dawnVersion } from './webgpu-backend.ts'

/** An engine that trains networks, after its self-test. */
export interface TrainingEngine {
  readonly engine: TfjsEngine
  readonly tf: Tfjs
  readonly version: string
  /** What does the arithmetic: `CPU`, `GPU`, or the name of a graphics adapter. */
  readonly device: string
  /** Largest difference from numbers computed elsewhere. */
  readonly difference: number
}

export type TrainingEngineCheck = ({ readonly state: 'passed' } & TrainingEngine) | FailedEngine

/** Loads an engine and makes it the one in use; throws where it does not run on this machine. */
export type OpenTfjs = (engine: TfjsEngine, options: TfjsOptions) => Promise<Tfjs>

/**
 * In which they are tried. TensorFlow's build for NVIDIA cards comes before any other way to a card, and after it again where it found none: it
 * computes on the processor then. What is not on this machine (an engine that was never installed, a graphics card) is not among them.
 */
async function order(
  { nativeFolder, nativeForCards }: Pick<TrainingEngineChoice, 'nativeFolder' | 'nativeForCards'>,
  find: typeof findAdapter,
): Promise<readonly TfjsEngine[]> {
  const native: readonly TfjsEngine[] = nativeFolder === null ? [] : ['tfjs-node-gpu']
  if ((await find()).state === 'none') return [...native, 'wasm']
  return [...(nativeForCards ? native : []), 'webgpu', ...native, 'wasm']
}

function deviceOf(engine: TfjsEngine, tf: Tfjs): { readonly version: string; readonly device: string } {
  const core = tf.version['tfjs-core']
  if (engine === 'webgpu') return { version: `${core} on webgpu ${dawnVersion()}`, device: adapterInUse() ?? 'GPU' }
  if (engine === 'wasm') return { version: core, device: 'CPU' }
  const native = describeNative(tf.backend())
  return { version: `${core} on TensorFlow ${native.version}`, device: native.usesGpu ? 'GPU' : 'CPU' }
}

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
    return { engine, state: 'passed', tf, ...deviceOf(engine, tf), difference }
  } catch (error) {
    return { engine, state: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * The first engine that passes its self-test, as the one in use, with those that would have come first and failed; an engine that was never
 * installed, or a graphics card that is not there, has not failed. Throws `ENGINE_UNAVAILABLE` or `ENGINE_WRONG` of the wanted engine, or of the last one where none passes.
 */
export async function chooseTrainingEngine(
  { wanted, nativeFolder, nativeForCards, threads }: TrainingEngineChoice,
  open: OpenTfjs = loadTfjs,
  find: typeof findAdapter = findAdapter,
): Promise<{ readonly chosen: TrainingEngine; readonly skipped: readonly FailedEngine[] }> {
  const skipped: FailedEngine[] = []
  const inOrder = wanted === 'auto' ? await order({ nativeFolder, nativeForCards }, find) : [wanted]
  for (const [at, engine] of inOrder.entries()) {
    if (skipped.some((failed) => failed.engine === engine)) continue
    const check = await checkTrainingEngine(engine, { threads, nativeFolder }, open)
    if (check.state !== 'passed') skipped.push(check)
    else if (check.device !== 'CPU' || !inOrder.includes(engine, at + 1)) return { chosen: check, skipped }
  }
  const last = skipped.at(-1)
  if (last === undefined) throw new Error('there is no engine to train with')
  throw last.state === 'wrong'
    ? // Answers that are not numbers differ infinitely, which no message between processes can hold.
      new StudioError('ENGINE_WRONG', { engine: last.engine, difference: Math.min(last.difference, Number.MAX_VALUE) })
    : new StudioError('ENGINE_UNAVAILABLE', { engine: last.engine, reason: last.reason })
}

/**
 * Which engine would train here, as far as can be told without loading it: its self-test may show otherwise. `device` is null where only that tells
 * it.
 */
export async function expectTrainingEngine(
  choice: TrainingEngineChoice,
  find: typeof findAdapter = findAdapter,
): Promise<{ readonly engine: TfjsEngine; readonly device: string | null; readonly adapter: AdapterSearch }> {
  const adapter = await find()
  const engine = choice.wanted === 'auto' ? ((await order(choice, find))[0] ?? 'wasm') : choice.wanted
  const card = adapter.state === 'found' ? adapter.name : null
  const device = engine === 'webgpu' ? card : engine === 'tfjs-node-gpu' && choice.nativeForCards ? null : 'CPU'
  return { engine, device, adapter }
}
