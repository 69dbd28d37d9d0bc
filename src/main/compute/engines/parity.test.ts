import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, type TestContext } from 'vitest'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { shapeAt, tailOf } from '../convert/cut-network.ts'
import { scaledTone, type Network, type Shape } from '../convert/network.ts'
import { readNetwork } from '../convert/network-files.ts'
import { residualNetwork } from '../convert/residual-network-for-tests.ts'
import { referencePictures } from '../convert/reference/reference-pictures.ts'
import { makeScratchNetwork } from '../scratch-network.ts'
import { loadTfjs, type Tfjs, type TfjsEngine } from './load-tfjs.ts'
import { openModel } from './open-model.ts'
import { prepareModel } from './engine.ts'
import { featuresOn, trainOn, type FeatureWork, type Trained, type TrainingWork } from './parity-works-for-tests.ts'
import { fixedWeights, selfTestNetwork } from './self-test.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './software-adapter-for-tests.ts'
import { askTensorflow, tensorflowPython, type TensorflowAnswers } from './tensorflow-for-tests.ts'
import { checkTrainingEngine } from './training-engine.ts'

// Every engine against the plain JavaScript backend of TensorFlow.js, which shares no kernel with any of them, and against TensorFlow itself in Python.

/** A further engine is one more name here. */
const trainingEngines: readonly TfjsEngine[] = ['tfjs-node-gpu', 'wasm']
/** On the software adapter of the tests WebGPU is far too slow for whole backbones. */
const enginesOfSmall: readonly TfjsEngine[] = [...trainingEngines, 'webgpu']
if (hasSoftwareAdapter) allowSoftwareAdapter()
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null
const resources = join(import.meta.dirname, '../../../../resources/backbones')
const defaults = ['efficientnet-lite0', 'mobilenet-v2-035']
const fetched = defaults.filter((id) => existsSync(join(resources, id, 'network.json')))
const missing = defaults.filter((id) => !fetched.includes(id))
const missingWord = missing.length === 0 ? '' : ` (without ${missing.join(' and ')}, which was not fetched)`
const pythonWord = tensorflowPython === null ? ' (skipped: TensorFlow for Python is not here)' : ''
const pictureCount = 2

/** TensorFlow.js on an engine that runs here; skips the test, and says why, where it does not. */
async function tfOn(engine: TfjsEngine | 'cpu', context: TestContext): Promise<Tfjs> {
  if (engine === 'cpu') {
    const tf = await loadTfjs('wasm')
    await tf.setBackend('cpu')
    return tf
  }
  const check = await checkTrainingEngine(engine, { threads: 2, nativeFolder })
  if (check.state === 'passed') return check.tf
  const mustRun = engine === 'wasm' || (engine === 'tfjs-node-gpu' && nativeFolder !== null)
  if (check.state === 'wrong' || mustRun) throw new Error(`${engine} ${check.state === 'wrong' ? 'computes wrong numbers' : check.reason}`)
  return context.skip(`${engine} does not run here: ${check.reason}`)
}

async function backbone(id: string): Promise<BackboneFiles> {
  const { backbones } = JSON.parse(readFileSync(join(resources, 'catalog.json'), 'utf8')) as {
    backbones: readonly (Omit<BackboneFiles, 'hash' | 'folder'> & { readonly networkSha256: string })[]
  }
  const entry = backbones.find((each) => each.id === id)
  if (entry === undefined) throw new Error(`no ${id}`)
  return { ...entry, hash: entry.networkSha256, folder: join(resources, id) }
}

async function featureWork(id: string): Promise<FeatureWork> {
  const network = await readNetwork(await backbone(id))
  const size = network.topology.inputSizePx
  return { kind: 'features', name: id, network, pictures: referencePictures(size).subarray(0, pictureCount * size * size * 3) }
}

/** A head of three classes that is no special case: no zeros, and features that are shifted and scaled. */
function headFor(dim: number): TrainingWork['head'] {
  return {
    means: Float32Array.from({ length: dim }, (_, index) => (index % 7) / 10),
    deviation: 2,
    weights: fixedWeights(13, dim * 3).map((weight) => weight / 8),
    bias: fixedWeights(14, 3),
  }
}

/** Values of pictures for a network that learns as a whole, scaled as it wants them. */
function scaled({ topology: { inputSizePx, scaling } }: Network): Float32Array {
  return Float32Array.from(referencePictures(inputSizePx), (pixel, at) => scaledTone(scaling, pixel, at % 3))
}

interface Batch {
  readonly label: string
  readonly network: Network
  readonly cut: string
  readonly input: Shape
  readonly values: Float32Array
  readonly rows: number
}

type Rule = Pick<TrainingWork, 'schedule' | 'steps' | 'mix'> & { readonly name: string; readonly settings: TrainingWork['settings'] }

const usual: readonly Rule[] = [
  { name: 'adam', settings: { optimiser: 'adam', learningRate: 0.01, bodyRate: 0.1 }, schedule: 'constant', steps: 2 },
  { name: 'sgd', settings: { optimiser: 'sgd', learningRate: 1, bodyRate: 0.5 }, schedule: 'constant', steps: 2 },
]
/** Everything else that a step can be told, on the small networks. */
const unusual: readonly Rule[] = [
  { name: 'adam in one cycle', settings: { optimiser: 'adam', learningRate: 0.01, bodyRate: 0.1 }, schedule: 'one-cycle', steps: 4 },
  {
    name: 'adamw along a cosine',
    settings: { optimiser: 'adamw', learningRate: 0.01, bodyRate: 0.1, weightDecay: 0.5, labelSmoothing: 0.1 },
    schedule: 'cosine',
    steps: 4,
  },
  {
    name: 'sgd with decay in one cycle',
    settings: { optimiser: 'sgd', learningRate: 0.5, bodyRate: 0.5, weightDecay: 0.2, weightOfClass: [0.5, 1.25, 2] },
    schedule: 'one-cycle',
    steps: 4,
  },
  {
    name: 'sgd on mixed photos',
    settings: { optimiser: 'sgd', learningRate: 0.5, bodyRate: 0.5, labelSmoothing: 0.1, weightOfClass: [0.5, 1.25, 2] },
    schedule: 'constant',
    steps: 2,
    mix: { partners: Int32Array.of(2, 0, 1), share: 0.7 },
  },
]

/** On a network that can be cut between the blocks that learn. */
const graded: Rule = {
  name: 'adamw with graded rates',
  settings: { optimiser: 'adamw', learningRate: 0.01, bodyRate: 0.05, blockRates: 'graded', weightDecay: 0.5 },
  schedule: 'one-cycle',
  steps: 3,
}

function trainingWork({ label, network, cut, input, values, rows }: Batch, { name, ...rule }: Rule): TrainingWork {
  const classes = Int32Array.from({ length: rows }, (_, row) => row % 3)
  const head = headFor(network.topology.featureDim)
  return { kind: 'training', name: `${label}, ${name}`, network, cut, input, values, classes, head, ...rule }
}

async function wholeTrainings(): Promise<TrainingWork[]> {
  const scratch = makeScratchNetwork(64, 1)
  const batches: Batch[] = [
    {
      label: 'small network of 64 px',
      network: scratch,
      cut: 'pixels',
      input: shapeAt(scratch, 'pixels'),
      values: scaled(scratch),
      rows: 3,
    },
  ]
  if (fetched.includes('efficientnet-lite0')) {
    const [files, cut] = [await backbone('efficientnet-lite0'), 'block11']
    const network = await readNetwork(files)
    const front = await openModel(await prepareModel({ ...files, cut }, 'onnxruntime'), 2)
    const values = await front.extract(referencePictures(network.topology.inputSizePx), 3)
    await front.close()
    batches.push({ label: `efficientnet-lite0 behind ${cut}`, network, cut, input: shapeAt(network, cut), values, rows: 3 })
  }
  return batches.flatMap((batch) => usual.map((rule) => trainingWork(batch, rule)))
}

async function smallTrainings(): Promise<TrainingWork[]> {
  const small = [makeScratchNetwork(16, 1), selfTestNetwork(), residualNetwork()].map((network): Batch => ({
    label: `${network.topology.id} of 16 px`,
    network,
    cut: 'pixels',
    input: shapeAt(network, 'pixels'),
    values: scaled(network),
    rows: 3,
  }))
  const works = small.flatMap((batch) => [...usual, ...unusual].map((rule) => trainingWork(batch, rule)))
  if (!fetched.includes('efficientnet-lite0')) return works
  const [network, cut] = [await readNetwork(await backbone('efficientnet-lite0')), 'block14']
  const { channels } = shapeAt(network, cut)
  const input = { height: 2, width: 2, channels }
  const values = Float32Array.from({ length: 2 * 4 * channels }, (_, index) => 2 * Math.sin(index))
  const batch = { label: `efficientnet-lite0 behind ${cut}, 2 x 2`, network, cut, input, values, rows: 2 }
  return [...works, ...[...usual.slice(0, 1), graded].map((rule) => trainingWork(batch, rule))]
}

/** Largest difference, as a share of the largest value that is expected. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [largest, most] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN))
    if (Number.isNaN(apart)) return Infinity
    largest = Math.max(largest, apart)
    most = Math.max(most, Math.abs(expected[i] ?? 0))
  }
  return largest / most
}

/** Length of the difference between two changes of weights, as a share of the length of the one that is expected. */
function changeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>, before: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [apart, whole] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    apart += ((actual[i] ?? NaN) - (expected[i] ?? NaN)) ** 2
    whole += ((expected[i] ?? NaN) - (before[i] ?? NaN)) ** 2
  }
  return Math.sqrt(apart / whole)
}

type Side = 'cpu' | 'onnxruntime' | TfjsEngine

const computed = new Map<string, Promise<unknown>>()
/** What an engine makes of a work, once, whatever that is compared with. */
function once<T>(side: Side, name: string, make: () => Promise<T>): Promise<T> {
  const key = `${side} ${name}`
  const made = (computed.get(key) as Promise<T> | undefined) ?? make()
  computed.set(key, made)
  return made
}

async function featuresBy(side: Side, work: FeatureWork, context: TestContext): Promise<Float32Array> {
  if (side !== 'onnxruntime') {
    const tf = await tfOn(side, context)
    return once(side, work.name, () => featuresOn(tf, work))
  }
  return once(side, work.name, async () => {
    const extractor = await openModel(await prepareModel(await backbone(work.name), side), 2)
    try {
      return await extractor.extract(work.pictures, pictureCount)
    } finally {
      await extractor.close()
    }
  })
}

async function trainedBy(side: Exclude<Side, 'onnxruntime'>, work: TrainingWork, context: TestContext): Promise<Trained> {
  const tf = await tfOn(side, context)
  return once(side, work.name, () => trainOn(tf, work))
}

/** The weights that learn as they were before the first step, in the order of `Trained`. */
function weightsBefore({ network, cut, head }: TrainingWork): Float32Array[] {
  const own = tailOf(network, cut).ops.flatMap(({ name }) => network.weights.get(name) ?? [])
  return [...own.flatMap(({ kernel, bias }) => [kernel, bias]), head.weights, head.bias]
}

/** As long as `like`, one after the other. */
function splitLike(all: ArrayLike<number>, like: readonly Float32Array[]): ArrayLike<number>[] {
  const values = Float64Array.from(all)
  let at = 0
  return like.map(({ length }) => values.subarray(at, (at += length)))
}

/**
 * Seen on x64 with AVX-512, against TensorFlow in double precision: features within 3.9e-6 of the largest, losses 2.2e-7, gradients within 3e-6 of the
 * largest of their tensor, changes of weights within 1.7e-4 of their length. Adam makes whole steps of the smallest gradients, whose sign is rounding: with
 * AVX2 alone the changes that it makes are up to 2.5e-3 apart, with the same gradients.
 */
const tolerance = { features: 2e-5, loss: 2e-6, gradients: 2e-5, changes: { sgd: 1e-3, adam: 1e-2, adamw: 1e-2 } }

interface Expected {
  readonly loss: number
  readonly gradients: readonly ArrayLike<number>[]
  readonly weights: readonly ArrayLike<number>[]
}

function expectSame(own: Trained, expected: Expected, work: TrainingWork): void {
  const before = weightsBefore(work)
  expect(own.gradients).toHaveLength(before.length)
  expect(own.weights).toHaveLength(before.length)
  expect(Math.abs(own.loss - expected.loss)).toBeLessThan(tolerance.loss)
  for (const [index, start] of before.entries()) {
    const of = (all: readonly ArrayLike<number>[]): ArrayLike<number> => all[index] ?? []
    expect(difference(of(own.gradients), of(expected.gradients)), `gradient ${index}`).toBeLessThan(tolerance.gradients)
    expect(changeDifference(of(own.weights), of(expected.weights), start), `weights ${index}`).toBeLessThan(
      tolerance.changes[work.settings.optimiser],
    )
  }
}

const [whole, small] = [await wholeTrainings(), await smallTrainings()]
const features = await Promise.all(fetched.map(featureWork))

describe(`the plain backend of TensorFlow.js gives${missingWord}`, { timeout: 300_000 }, () => {
  test.for(features.flatMap((work) => (['onnxruntime', ...trainingEngines] as const).map((side) => ({ ...work, side }))))(
    'the same features of $name as $side',
    async ({ side, ...work }, context) => {
      const expected = await featuresBy('cpu', work, context)
      expect(difference(await featuresBy(side, work, context), expected)).toBeLessThan(tolerance.features)
    },
  )

  test.for(small.flatMap((work) => enginesOfSmall.map((engine) => ({ ...work, engine }))))(
    'the same loss, gradients and steps as $engine: $name',
    async ({ engine, ...work }, context) => {
      const expected = await trainedBy('cpu', work, context)
      expectSame(await trainedBy(engine, work, context), expected, work)
    },
  )
})

describe.skipIf(tensorflowPython === null)(`TensorFlow itself gives${pythonWord}`, { timeout: 300_000 }, () => {
  let tensorflow: TensorflowAnswers
  beforeAll(async () => void (tensorflow = await askTensorflow(tensorflowPython ?? '', [...features, ...small, ...whole])), 300_000)
  const answer = (name: string): Float64Array => tensorflow.get(name) ?? new Float64Array()

  test.for(features.flatMap((work) => (['cpu', 'onnxruntime', ...trainingEngines] as const).map((side) => ({ ...work, side }))))(
    'the same features of $name as $side',
    async ({ side, ...work }, context) => {
      expect(difference(await featuresBy(side, work, context), answer(`${work.name}.features`))).toBeLessThan(tolerance.features)
    },
  )

  test.for([
    ...small.flatMap((work) => (['cpu', ...enginesOfSmall] as const).map((engine) => ({ ...work, engine }))),
    ...whole.flatMap((work) => trainingEngines.map((engine) => ({ ...work, engine }))),
  ])('the same loss, gradients and steps as $engine: $name', async ({ engine, ...work }, context) => {
    const own = await trainedBy(engine, work, context)
    const parts = (what: string): ArrayLike<number>[] => splitLike(answer(`${work.name}.${what}`), own.gradients)
    const loss = answer(`${work.name}.loss`)[0] ?? NaN
    expectSame(own, { loss, gradients: parts('gradients'), weights: parts('weights') }, work)
  })
})
