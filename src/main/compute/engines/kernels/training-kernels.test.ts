import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { biasAndActivation } from '../bias-and-activation.ts'
import { loadTfjs, type Tfjs } from '../load-tfjs.ts'
import { normaliseBatch } from '../normalise-batch.ts'

const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null
const epsilon = 1e-3

let tf: Tfjs
beforeAll(async () => void (tf = await loadTfjs('wasm')))

/** The engine in use from here on. `cpu` computes as every backend does that has no kernels of its own. */
async function use(backend: 'cpu' | 'wasm' | 'tensorflow'): Promise<void> {
  if (backend === 'tensorflow') await loadTfjs('tfjs-node-gpu', { nativeFolder })
  else await tf.setBackend(backend)
}
const backends = [{ backend: 'cpu' }, { backend: 'wasm' }, ...(nativeFolder === null ? [] : [{ backend: 'tensorflow' }])] as {
  backend: 'cpu' | 'wasm' | 'tensorflow'
}[]

type Compute = (x: Tensor4D, first: Tensor1D, second: Tensor1D) => Tensor4D

/** The answer, and the gradients of a weighted sum of it by all three inputs: each as numbers. Fails where tensors are left behind. */
async function valuesOf(compute: Compute): Promise<number[][]> {
  const before = tf.memory().numTensors
  const tensors = tf.tidy((): Tensor[] => {
    const shape: [number, number, number, number] = [3, 5, 4, 6]
    // Both ends of clipping are reached, and no two channels are alike.
    const x = tf.add<Tensor4D>(tf.randomNormal(shape, 2, 3, 'float32', 1), tf.range(0, 6))
    const inputs = [x, tf.tensor1d([0.5, -1, 0.25, 2, 1.5, -0.75]), tf.tensor1d([0.1, -0.2, 3, 2.5, 0, 1])]
    const weights = tf.randomNormal(shape, 0, 1, 'float32', 2)
    const answer = (...given: Tensor[]): Tensor4D => compute(given[0] as Tensor4D, given[1] as Tensor1D, given[2] as Tensor1D)
    const gradients = tf.grads((...given) => tf.sum(tf.mul(answer(...given), weights)))(inputs)
    return [answer(...inputs), ...gradients]
  })
  const values = await Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())))
  tf.dispose(tensors)
  expect(tf.memory().numTensors).toBe(before)
  return values
}

function expectSame(actual: readonly number[][], expected: readonly number[][]): void {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length))
  for (const [which, values] of expected.entries()) {
    const largest = Math.max(1, ...values.map(Math.abs))
    const differences = values.map((value, index) => Math.abs(value - (actual[which]?.[index] ?? NaN)))
    expect(Math.max(...differences) / largest).toBeLessThan(1e-5)
  }
}

/** Mean and variance of each of six channels, with n - 1 in its denominator (Bessel). */
function momentsOf([values = []]: readonly number[][]): number[][] {
  const channels = Array.from({ length: 6 }, (_, channel) => values.filter((_value, index) => index % 6 === channel))
  const means = channels.map((own) => own.reduce((sum, value) => sum + value, 0) / own.length)
  const variances = channels.map(
    (own, channel) => own.reduce((sum, value) => sum + (value - (means[channel] ?? NaN)) ** 2, 0) / (own.length - 1),
  )
  return [means, variances]
}

describe.each(backends)('what a step needs on $backend', ({ backend }) => {
  test.each(['none', 'relu6'] as const)(
    'bias and activation %s, and their gradients, are those that TensorFlow.js derives on its plain backend',
    async (activation) => {
      await use('cpu')
      const expected = await valuesOf((x, bias, other) => {
        const sum = tf.add<Tensor4D>(x, tf.add(bias, tf.mul(other, 0)))
        return activation === 'relu6' ? tf.relu6(sum) : sum
      })
      await use(backend)
      expectSame(await valuesOf((x, bias, other) => biasAndActivation(tf, x, tf.add(bias, tf.mul(other, 0)), activation)), expected)
      await use('wasm')
    },
  )

  test.each(['none', 'relu6'] as const)(
    'normalising a batch by its own moments, activation %s: answer, gradients and moments',
    async (activation) => {
      await use('cpu')
      const expected = await valuesOf((x, gamma, beta) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2])
        const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)))
        const answer = tf.add<Tensor4D>(tf.mul(normal, gamma), beta)
        return activation === 'relu6' ? tf.relu6(answer) : answer
      })
      await use(backend)
      let moments: number[][] = []
      const actual = await valuesOf((x, gamma, beta) =>
        normaliseBatch(tf, x, { gamma, beta, epsilon }, activation, ({ mean, variance }) => {
          moments = [mean, variance].map((tensor) => Array.from(tensor.dataSync()))
          tf.dispose([mean, variance])
        }),
      )
      expectSame(moments, momentsOf(await valuesOf((x, first, second) => tf.add(x, tf.mul(tf.add(first, second), 0)))))
      expectSame(actual, expected)
      await use('wasm')
    },
  )
})
