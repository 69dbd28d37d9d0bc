import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shapeAt } from '../convert/cut-network.ts'
import { scaledTone } from '../convert/network.ts'
import { referencePictures } from '../convert/reference/reference-pictures.ts'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'
import { MomentsOfConvolutions, type ConvolutionMoments } from './measure-moments.ts'
import { fixedWeights, selfTestNetwork } from './self-test.ts'
import { TrainableNetwork } from './trainable-network.ts'
import { digestOf } from './training-self-test.ts'
import { openTfjs } from './tfjs-extractor.ts'

const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

/** What torch 2.13.0 computed in float64 with `convert/reference/make_reference.py batch-norm-self-test`; see `training-self-test.ts`. */
const expected = {
  loss: 1.2850516,
  gradients: [
    [0.75187719, -0.25593144],
    [0.11707045, -0.0098833752],
    [0.12333727, 0.00048427247],
    [0.48292309, 0.098711716],
    [0.12306671, -0.017564653],
    [0.16563398, 0.014087231],
    [0.2770047, 0.12253983],
    [0.23911945, 0.075784651],
    [0.080666846, 0.037766276],
    [0.61195887, 0.5630505],
    [0.10725189, 0.067544536],
    [0.081864652, 0.012624061],
    [0.45600873, -0.228674],
    [0.021665216, -0.013625046],
    [0.023725299, -0.019494049],
    [0.24439628, -0.08274315],
    [0.040130942, -0.0092539109],
    [0.1105628, -0.11101296],
    [0.75010953, -0.3169292],
    [0.40231721, 0.08484472],
  ],
  lossAfterStep: 1.0471965,
  answeredLossAfterStep: 1.0350149,
} as const

const network = selfTestNetwork()
const { inputSizePx, scaling, ops, featureDim } = network.topology
const input = shapeAt(network, 'pixels')
const values = Float32Array.from(referencePictures(inputSizePx), (pixel, at) => scaledTone(scaling, pixel, at % 3))
const classes = Int32Array.of(0, 1, 2)

/** Mean cross-entropy of logits, [3, 3], with the classes 0, 1, 2. */
function lossOf(logits: Float32Array): number {
  const rows = [0, 1, 2].map((row) => Array.from(logits.subarray(row * 3, row * 3 + 3)))
  const losses = rows.map((row, own) => Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (row[own] ?? NaN))
  return losses.reduce((sum, loss) => sum + loss, 0) / 3
}

function open(tf: Tfjs, moments: ReadonlyMap<string, ConvolutionMoments> | null): TrainableNetwork {
  return new TrainableNetwork(tf, {
    ops,
    input,
    weights: network.weights,
    head: { means: new Float32Array(featureDim), deviation: 4, weights: fixedWeights(13, featureDim * 3), bias: fixedWeights(14, 3) },
    settings: { optimiser: 'adam', learningRate: 0.01, bodyRate: 1 },
    moments,
  })
}

/** As training measures them, a few pictures at a time. */
async function measure(tf: Tfjs): Promise<ReadonlyMap<string, ConvolutionMoments>> {
  const measured = new MomentsOfConvolutions(tf, { ops, input, weights: network.weights })
  const length = values.length / 3
  await measured.add(values.subarray(0, 2 * length), 2)
  await measured.add(values.subarray(2 * length), 1)
  measured.dispose()
  return measured.moments()
}

const engines = [
  { engine: 'the plain backend', use: async () => loadTfjs('wasm').then(async (tf) => (await tf.setBackend('cpu'), tf)) },
  { engine: 'wasm', use: async () => loadTfjs('wasm') },
  ...(nativeFolder === null ? [] : [{ engine: 'tfjs-node-gpu', use: async () => loadTfjs('tfjs-node-gpu', { nativeFolder }) }]),
]

describe.each(engines)('convolutions with a batch normalisation that learns, on $engine', ({ use }) => {
  let tf: Tfjs
  let left: number
  beforeAll(async () => {
    tf = await use()
    left = tf.memory().numTensors
  })
  afterAll(() => expect(tf.memory().numTensors).toBe(left))

  test('answer at first just as the folded ones do', async () => {
    const [folded, normalised] = [open(tf, null), open(tf, await measure(tf))]
    const [before, after] = [await folded.logits(values, 3), await normalised.logits(values, 3)]
    folded.dispose()
    normalised.dispose()
    for (const [index, logit] of before.entries()) expect(after[index]).toBeCloseTo(logit, 5)
  })

  test('have the loss, the gradients, the step and the running averages that PyTorch computes for its own', async () => {
    const model = open(tf, await measure(tf))
    const { loss, gradients } = await model.gradients(values, classes)
    expect(loss).toBeCloseTo(expected.loss, 5)
    expect(gradients).toHaveLength(expected.gradients.length)
    for (const [index, gradient] of gradients.entries()) {
      const [length, product] = digestOf(gradient)
      expect(length).toBeCloseTo(expected.gradients[index]?.[0] ?? NaN, 5)
      expect(product).toBeCloseTo(expected.gradients[index]?.[1] ?? NaN, 5)
    }
    const { loss: learned } = await model.step(values, classes)
    expect(learned / 3).toBeCloseTo(expected.loss, 5)
    expect((await model.gradients(values, classes)).loss).toBeCloseTo(expected.lossAfterStep, 4)
    expect(lossOf(await model.logits(values, 3))).toBeCloseTo(expected.answeredLossAfterStep, 4)
    model.dispose()
  })

  test('come back to what was read, and give a network in the neutral form that answers as they do', async () => {
    const model = open(tf, await measure(tf))
    for (let step = 0; step < 3; step++) await model.step(values, classes)
    const kept = await model.read()
    const answers = await model.features(values, 3)
    await model.step(values, classes)
    expect(await model.features(values, 3)).not.toEqual(answers)
    model.write(kept)
    expect(await model.features(values, 3)).toEqual(answers)
    const { convolutions } = model.learned(kept)
    model.dispose()
    const backend = tf.getBackend()
    const extractor = await openTfjs('wasm', { topology: network.topology, weights: convolutions }, 1)
    const features = await extractor.extract(referencePictures(inputSizePx), 3)
    await extractor.close()
    await tf.setBackend(backend)
    for (const [index, feature] of features.entries()) expect(answers[index]).toBeCloseTo(feature, 4)
  })
})
