import type { Tensor4D } from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'

let tf: Tfjs
beforeAll(async () => void (tf = await loadTfjs('wasm')))

type Shape4 = [number, number, number, number]
interface Case {
  readonly kind: 'conv' | 'depthwise'
  readonly x: Shape4
  readonly filter: Shape4
  readonly stride: number
}
const cases: readonly Case[] = [
  { kind: 'conv', x: [2, 12, 12, 5], filter: [3, 3, 5, 7], stride: 1 },
  { kind: 'conv', x: [2, 12, 12, 5], filter: [3, 3, 5, 7], stride: 2 },
  { kind: 'conv', x: [2, 13, 11, 5], filter: [5, 5, 5, 7], stride: 2 },
  { kind: 'conv', x: [2, 12, 12, 5], filter: [1, 1, 5, 7], stride: 1 },
  { kind: 'conv', x: [1, 9, 9, 3], filter: [3, 3, 3, 4], stride: 3 },
  { kind: 'conv', x: [2, 10, 12, 5], filter: [1, 1, 5, 7], stride: 2 },
  // What the taps see of one picture is more than is gathered at once for two.
  { kind: 'conv', x: [2, 86, 86, 33], filter: [3, 3, 33, 1], stride: 1 },
  { kind: 'conv', x: [2, 172, 172, 33], filter: [3, 3, 33, 1], stride: 2 },
  { kind: 'depthwise', x: [2, 12, 12, 8], filter: [3, 3, 8, 1], stride: 1 },
  { kind: 'depthwise', x: [2, 12, 12, 8], filter: [3, 3, 8, 1], stride: 2 },
  { kind: 'depthwise', x: [2, 13, 11, 8], filter: [5, 5, 8, 1], stride: 2 },
  { kind: 'depthwise', x: [2, 13, 13, 8], filter: [5, 5, 8, 1], stride: 1 },
]

/** Gradients of a sum of squares by the input and by the filter, and how many tensors were left behind. */
async function gradientsOn(backend: string, { kind, x, filter, stride }: Case, pad: 'same' | 'valid') {
  await tf.setBackend(backend)
  const before = tf.memory().numTensors
  const gradients = tf.tidy(() => {
    const inputs = [tf.randomNormal(x, 0, 1, 'float32', 1), tf.randomNormal(filter, 0, 1, 'float32', 2)]
    const answer = (seen: Tensor4D, weights: Tensor4D): Tensor4D =>
      kind === 'conv' ? tf.conv2d(seen, weights, stride, pad) : tf.depthwiseConv2d(seen, weights, stride, pad)
    return tf.grads((...given) =>
      answer(given[0] as Tensor4D, given[1] as Tensor4D)
        .square()
        .sum(),
    )(inputs)
  })
  const values = gradients.map((gradient) => Array.from(gradient.dataSync()))
  tf.dispose(gradients)
  return { values, left: tf.memory().numTensors - before }
}

test.for(
  cases.flatMap((each) => [
    { ...each, pad: 'same' as const },
    { ...each, pad: 'valid' as const },
  ]),
)('the gradients of a $kind over $x with $filter, stride $stride, $pad, are those of the cpu backend', async ({ pad, ...each }) => {
  const expected = await gradientsOn('cpu', each, pad)
  const actual = await gradientsOn('wasm', each, pad)
  expect(actual.left).toBe(0)
  for (const [which, values] of expected.values.entries()) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // Math.max of something that is not a number is not one either, and below nothing.
    const difference = values.reduce((most, value, index) => Math.max(most, Math.abs(value - (actual.values[which]?.[index] ?? NaN))), 0)
    expect(difference / largest).toBeLessThan(1e-5)
  }
})

test.for([
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
])('products of transposed matrices are those of the cpu backend: %o', async ({ transposeA, transposeB }) => {
  const productOn = async (backend: string): Promise<number[]> => {
    await tf.setBackend(backend)
    return tf.tidy(() => {
      const a = tf.randomNormal(transposeA ? [2, 5, 4] : [2, 4, 5], 0, 1, 'float32', 3)
      const b = tf.randomNormal(transposeB ? [2, 3, 5] : [2, 5, 3], 0, 1, 'float32', 4)
      return Array.from(tf.matMul(a, b, transposeA, transposeB).dataSync())
    })
  }
  const expected = await productOn('cpu')
  const actual = await productOn('wasm')
  expect(Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] ?? NaN))))).toBeLessThan(1e-5)
})
