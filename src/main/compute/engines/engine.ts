import type { ExtractorName, ExtractorWanted } from '../../contract/engines.ts'
import { StudioError } from '../../contract/studio-error.ts'
import { trainingEngine, type BackboneFiles, type EngineInUse } from '../../contract/worker/training-tasks.ts'
import { frontOf } from '../convert/cut-network.ts'
import { readNetwork } from '../convert/network-files.ts'
import { networkToInt8Onnx } from '../convert/network-to-int8-onnx.ts'
import { networkToOnnx, onnxInput, onnxOutput } from '../convert/network-to-onnx.ts'
import type { Network } from '../convert/network.ts'
import type { ValueRange } from '../convert/quantise.ts'
import type { EngineModel, FeatureExtractor } from './feature-extractor.ts'
import { findAdapter } from './graphics-adapter.ts'
import { openModel } from './open-model.ts'
import { int8SelfTestTolerance, selfTestDifference, selfTestNetwork, selfTestRanges, selfTestTolerance } from './self-test.ts'

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

function toOnnxModel({ topology: { inputSizePx, featureDim } }: Network, file: Uint8Array): EngineModel {
  return { engine: 'onnxruntime', file, input: onnxInput, output: onnxOutput, inputSizePx, featureDim }
}

/** A network in the form in which `engine` opens it. */
function toModel(engine: ExtractorName, network: Network): EngineModel {
  return engine === 'onnxruntime' ? toOnnxModel(network, networkToOnnx(network)) : { engine, network }
}

/** A network in 8 bits, which only onnxruntime opens. */
function toInt8Model(network: Network, ranges: readonly ValueRange[]): EngineModel {
  return toOnnxModel(network, networkToInt8Onnx(network, ranges))
}

export const engines: EngineTable = {
  webgpu: (network, threads) => openModel(toModel('webgpu', network), threads),
  onnxruntime: (network, threads) => openModel(toModel('onnxruntime', network), threads),
  wasm: (network, threads) => openModel(toModel('wasm', network), threads),
}

/** In which they are tried. A graphics card that is not there has not failed. */
async function order(find: typeof findAdapter): Promise<readonly ExtractorName[]> {
  return (await find()).state === 'found' ? ['webgpu', 'onnxruntime', 'wasm'] : ['onnxruntime', 'wasm']
}

const noCard: typeof findAdapter = () => Promise.resolve({ state: 'none', reason: 'it is not asked for' })

/** Loads one engine and runs a known network on a known picture. */
export function checkEngine(engine: ExtractorName, table: EngineTable = engines): Promise<EngineCheck> {
  return checkExtractor(engine, () => table[engine](selfTestNetwork(), 1), { int8: false, tolerance: selfTestTolerance })
}

const openInt8SelfTest = (): Promise<FeatureExtractor> => openModel(toInt8Model(selfTestNetwork(), selfTestRanges), 1)

/** The same for a network in 8 bits on onnxruntime: some processors cannot add such products without losing some. */
export function checkInt8(open: () => Promise<FeatureExtractor> = openInt8SelfTest): Promise<EngineCheck> {
  return checkExtractor('onnxruntime', open, { int8: true, tolerance: int8SelfTestTolerance })
}

async function checkExtractor(
  engine: ExtractorName,
  open: () => Promise<FeatureExtractor>,
  { int8, tolerance }: { readonly int8: boolean; readonly tolerance: number },
): Promise<EngineCheck> {
  let extractor: FeatureExtractor | null = null
  try {
    extractor = await open()
    const difference = await selfTestDifference(extractor, { int8 })
    return { engine, state: difference <= tolerance ? 'passed' : 'wrong', version: extractor.version, difference }
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
export async function chooseEngine(
  wanted: ExtractorWanted,
  table: EngineTable = engines,
  find: typeof findAdapter = findAdapter,
): Promise<ChosenEngine> {
  const skipped: FailedEngineCheck[] = []
  for (const engine of wanted === 'auto' ? await order(find) : [wanted]) {
    const check = await checkEngine(engine, table)
    if (check.state === 'passed') return { check, skipped }
    skipped.push(check)
  }
  const last = skipped.at(-1)
  throw last === undefined ? new Error(`no engine is called ${wanted}`) : engineError(last)
}

/** The choice among the real engines, which holds as long as the process lives; a failed one is tried again. */
const chosen = new Map<ExtractorWanted | 'processor', Promise<ChosenEngine>>()

/** `processor`: as `auto` on a machine without a graphics card. */
function chooseOnce(wanted: ExtractorWanted | 'processor'): Promise<ChosenEngine> {
  const before = chosen.get(wanted)
  if (before !== undefined) return before
  const choosing = wanted === 'processor' ? chooseEngine('auto', engines, noCard) : chooseEngine(wanted)
  chosen.set(wanted, choosing)
  choosing.catch(() => chosen.delete(wanted))
  return choosing
}

/**
 * Reads a backbone and brings it into the form of the engine that is wanted, after that engine's self-test; `openModel` opens it. `auto`:
 * onnxruntime, or wasm where that does not load or answers wrongly; a graphics card is asked for by name, see `GpuLanes`. Throws
 * `ENGINE_UNAVAILABLE`, `ENGINE_WRONG` and `BACKBONE_DAMAGED`.
 */
export async function prepareModel(backbone: BackboneFiles, wanted: ExtractorWanted): Promise<EngineModel> {
  if (backbone.cut === 'pixels') return { engine: 'pixels', inputSizePx: backbone.inputSizePx }
  if (backbone.int8 !== undefined) return prepareInt8Model(backbone, backbone.int8.ranges, wanted)
  const [network, { check }] = await Promise.all([readNetwork(backbone), chooseOnce(wanted === 'auto' ? 'processor' : wanted)])
  return toModel(check.engine, backbone.cut === undefined ? network : frontOf(network, backbone.cut))
}

let checkedInt8: Promise<EngineCheck> | null = null

async function prepareInt8Model(backbone: BackboneFiles, ranges: readonly ValueRange[], wanted: ExtractorWanted): Promise<EngineModel> {
  if (wanted === 'wasm' || wanted === 'webgpu')
    throw new StudioError('ENGINE_UNAVAILABLE', { engine: wanted, reason: 'it does not compute in 8 bits' })
  checkedInt8 ??= checkInt8()
  const [network, check] = await Promise.all([readNetwork(backbone), checkedInt8])
  if (check.state !== 'passed') throw engineError(check)
  return toInt8Model(network, ranges)
}

/** Which engines this process uses, after their self-test. Throws like `chooseEngine`. */
export async function describeEngines(wanted: ExtractorWanted): Promise<EngineInUse> {
  const { check, skipped } = await chooseOnce(wanted)
  return {
    training: trainingEngine,
    extraction: check.engine,
    versions: { [check.engine]: check.version, node: process.versions.node },
    skipped: skipped.map((failed) => ({
      engine: failed.engine,
      reason: failed.state === 'wrong' ? `its self-test is off by ${failed.difference.toPrecision(2)}` : failed.reason,
    })),
  }
}
