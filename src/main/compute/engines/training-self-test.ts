import { referencePictures } from '../convert/reference/reference-pictures.ts'
import { shapeAt } from '../convert/cut-network.ts'
import { scaledTone } from '../convert/network.ts'
import type { Tfjs } from './load-tfjs.ts'
import { fixedWeights, selfTestNetwork } from './self-test.ts'
import { TrainableNetwork } from './trainable-network.ts'

/**
 * What torch 2.14.0 computed in float64 with `convert/reference/make_reference.py training-self-test`. Of each gradient, in the order of the ops
 * (kernel, bias) and then the head's: its length, and its product with fixed weights.
 */
const expected = {
  loss: 1.2850516,
  gradients: [
    [0.93037344, -0.32946758],
    [0.19605759, 0.072957426],
    [0.39404545, -0.11483301],
    [0.20873467, 0.071076144],
    [0.43683904, 0.34354344],
    [0.19143195, 0.039318661],
    [1.006725, 1.3196134],
    [0.16920689, 0.016824267],
    [0.64722091, -0.12264695],
    [0.076999452, 0.005732151],
    [0.65720792, -0.13106035],
    [0.1105628, -0.11101296],
    [0.75010953, -0.3169292],
    [0.40231721, 0.08484472],
  ],
  lossAfterStep: 1.0003744,
} as const

const classes = Int32Array.of(0, 1, 2)

/** What the reference script tells of a gradient: its length, and its product with fixed weights. */
export function digestOf(gradient: Float32Array): readonly [number, number] {
  const fixed = fixedWeights(99, gradient.length)
  let squares = 0
  let product = 0
  for (const [i, slope] of gradient.entries()) {
    squares += slope * slope
    product += slope * (fixed[i] ?? NaN)
  }
  return [Math.sqrt(squares), product]
}

/**
 * Largest difference between what the engine in use makes of the self-test network and the numbers computed elsewhere: the loss, the gradient by
 * every weight, and the loss after one step of Adam. NaN counts as infinite.
 */
export async function trainingDifference(tf: Tfjs): Promise<number> {
  const network = selfTestNetwork()
  const { inputSizePx, scaling, ops, featureDim } = network.topology
  const model = new TrainableNetwork(tf, {
    ops,
    input: shapeAt(network, 'pixels'),
    weights: network.weights,
    head: { means: new Float32Array(featureDim), deviation: 4, weights: fixedWeights(13, featureDim * 3), bias: fixedWeights(14, 3) },
    settings: { optimiser: 'adam', learningRate: 0.01, bodyRate: 1 },
  })
  try {
    const values = Float32Array.from(referencePictures(inputSizePx), (pixel, at) => scaledTone(scaling, pixel, at % 3))
    const { loss, gradients } = await model.gradients(values, classes)
    await model.step(values, classes)
    const after = await model.gradients(values, classes)
    const differences = [
      loss - expected.loss,
      after.loss - expected.lossAfterStep,
      ...gradients.flatMap((gradient, index) => {
        const [length, product] = digestOf(gradient)
        return [length - (expected.gradients[index]?.[0] ?? NaN), product - (expected.gradients[index]?.[1] ?? NaN)]
      }),
    ].map(Math.abs)
    return gradients.length !== expected.gradients.length || differences.some(Number.isNaN) ? Infinity : Math.max(...differences)
  } finally {
    model.dispose()
  }
}
