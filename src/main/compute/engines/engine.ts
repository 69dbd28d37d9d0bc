import { StudioError } from '../../contract/studio-error.ts'
import { trainingEngine, type BackboneFiles, type EngineInUse } from '../../contract/worker/training-tasks.ts'
import { frontOf } from '../convert/cut-network.ts'
import { readNetwork } from '../convert/network-files.ts'
import { networkToOnnx, onnxInput, onnxOutput } from '../convert/network-to-onnx.ts'
import type { Network } from '../convert/network.ts'
import type { EngineModel, ExtractorName, FeatureExtractor } from './feature-extractor.ts'
import { openModel } from './open-model.ts'
import { selfTestDifference, selfTestNetwork, selfTestTolerance } from './self-test.ts'

/** Result of an engine's self-test. `difference`: largest difference from numbers computed elsewhere. */
export type EngineCheck = { readonly engine: ExtractorName } & (
  | { readonly state: 'passed'; readonly version: string; readonly difference: number }
  | { readonly state: 'wrong'; readonly version: string; readonly difference: number }
  | { readonly state: 'unavailable'; readonly reason: string }
)
export type FailedEngineCheck = Exclude<EngineCheck, { state: 'passed' }>

/** Opens a network on an engine; throws where the engine does not run on this machine. */
export type OpenEngine = (network: Network, threads: number) => Promise<FeatureExtractor>
export type EngineTable = Readonly<Record<ExtractorName, OpenEngine>>

/** A network in the form in which `engine` opens it. */
function toModel(engine: ExtractorName, network: Network): EngineModel {
  if (engine === 'wasm') return { engine, network }
  const { inputSizePx, featureDim } = network.topology
  return { engine, file: networkToOnnx(network), input: onnxInput, output: onnxOutput, inputSizePx, featureDim }
}

export const engines: EngineTable = {
  onnxruntime: (network, threads) => openModel(toModel('onnxruntime', network), threads),
  wasm: (network, threads) => openModel(toModel('wasm', network), threads),
}
/** In which they are tried. */
const order: readonly ExtractorName[] = ['onnxruntime', 'wasm']

/** Loads one engine and runs a known network on a known picture. */
export async function checkEngine(engine: ExtractorName, table: EngineTable = engines): Promise<EngineCheck> {
  let extractor: FeatureExtractor | null = null
  try {
    extractor = await table[engine](selfTestNetwork(), 1)
    const difference = await selfTestDifference(extractor)
    return { engine, state: difference <= selfTestTolerance ? 'passed' : 'wrong', version: extractor.version, difference }
  } catch (error) {
    return { engine, state: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    await extractor?.close()
  }
}

interface ChosenEngine {
  readonly check: EngineCheck & { readonly state: 'passed' }
  /** Engines that would have come first and failed. */
  readonly skipped: readonly FailedEngineCheck[]
}

function engineError(check: FailedEngineCheck): StudioError {
  return check.state === 'wrong'
    ? // Answers that are not numbers differ infinitely, which no message between processes can hold.
      new StudioError('ENGINE_WRONG', { engine: check.engine, difference: Math.min(check.difference, Number.MAX_VALUE) })
    : new StudioError('ENGINE_UNAVAILABLE', { engine: check.engine, reason: check.reason })
}

/**
 * The first engine that passes its self-test. Throws `ENGINE_UNAVAILABLE` or `ENGINE_WRONG` of the wanted engine, or of the last one where
 * none passes.
 */
export async function chooseEngine(wanted: 'auto' | ExtractorName, table: EngineTable = engines): Promise<ChosenEngine> {
  const skipped: FailedEngineCheck[] = []
  for (const engine of wanted === 'auto' ? order : [wanted]) {
    const check = await checkEngine(engine, table)
    if (check.state === 'passed') return { check, skipped }
    skipped.push(check)
  }
  const last = skipped.at(-1)
  throw last === undefined ? new Error(`no engine is called ${wanted}`) : engineError(last)
}

/** The choice among the real engines, which holds as long as the process lives; a failed one is tried again. */
const chosen = new Map<'auto' | ExtractorName, Promise<ChosenEngine>>()

function chooseOnce(wanted: 'auto' | ExtractorName): Promise<ChosenEngine> {
  const before = chosen.get(wanted)
  if (before !== undefined) return before
  const choosing = chooseEngine(wanted)
  chosen.set(wanted, choosing)
  choosing.catch(() => chosen.delete(wanted))
  return choosing
}

/**
 * Reads a backbone and brings it into the form of the engine that is wanted, after that engine's self-test; `openModel` opens it. `auto`:
 * onnxruntime, or wasm where that does not load or answers wrongly. Throws `ENGINE_UNAVAILABLE`, `ENGINE_WRONG` and `BACKBONE_DAMAGED`.
 */
export async function prepareModel(backbone: BackboneFiles, wanted: 'auto' | ExtractorName): Promise<EngineModel> {
  if (backbone.cut === 'pixels') return { engine: 'pixels', inputSizePx: backbone.inputSizePx }
  const [network, { check }] = await Promise.all([readNetwork(backbone), chooseOnce(wanted)])
  return toModel(check.engine, backbone.cut === undefined ? network : frontOf(network, backbone.cut))
}

/** Which engines this process uses, after their self-test. Throws like `chooseEngine`. */
export async function describeEngines(wanted: 'auto' | ExtractorName): Promise<EngineInUse> {
  const { check } = await chooseOnce(wanted)
  return { training: trainingEngine, extraction: check.engine, versions: { [check.engine]: check.version, node: process.versions.node } }
}
