import type { Tensor4D } from '@tensorflow/tfjs'
import { expect } from 'vitest'
import type { Tfjs } from './load-tfjs.ts'

type Shape4 = [number, number, number, number]
interface Case {
  readonly kind: 'conv' | 'depthwise'
  readonly x: Shape4
  readonly filter: Shape4
  readonly stride: number
}
const shapes: readonly Case[] = [
  { kind: 'conv', x: [2, 12, 12, 5], filter: [3, 3, 5, 7], stride: 1 },
  { kind: 'conv', x: [2, 12, 12, 5], filter: [3, 3, 5, 7], stride: 2 },
  { kind: 'conv', x: [2, 13, 11, 5], filter: [5, 5, 5, 7], stride: 2 },
  { kind: 'conv', x: [2, 12, 12, 5], filter: [1, 1, 5, 7], stride: 1 },
  { kind: 'conv', x: [1, 9, 9, 3], filter: [3, 3, 3, 4], stride: 3 },
  { kind: 'conv', x: [2, 10, 12, 5], filter: [1, 1, 5, 7], stride: 2 },
  { kind: 'depthwise', x: [2, 12, 12, 8], filter: [3, 3, 8, 1], stride: 1 },
  { kind: 'depthwise', x: [2, 12, 12, 8], filter: [3, 3, 8, 1], stride: 2 },
  { kind: 'depthwise', x: [2, 13, 11, 8], filter: [5, 5, 8, 1], stride: 2 },
  { kind: 'depthwise', x: [2, 13, 13, 8], filter: [5, 5, 8, 1], stride: 1 },
]

const padded = (cases: readonly Case[]) =>
  cases.flatMap((each) => [
    { ...each, pad: 'same' as const },
    { ...each, pad: 'valid' as const },
  ])

/** Every kind of convolution that our networks have, and some more. */
export const gradientCases = padded(shapes)
type GradientCase = (typeof gradientCases)[number]
/**
 * What the taps see of one picture is more than wasm gathers at once for two. It gathers by the picture, whatever the stride and the padding are: each of
 * them comes once here, because the cpu backend takes seconds for such a convolution.
 */
export const largeGradientCases: readonly GradientCase[] = [
  { kind: 'conv', x: [2, 86, 86, 33], filter: [3, 3, 33, 1], stride: 1, pad: 'same' },
  { kind: 'conv', x: [2, 172, 172, 33], filter: [3, 3, 33, 1], stride: 2, pad: 'valid' },
]

/** Gradients of a sum of squares by the input and by the filter, and how many tensors were left behind. */
async function gradientsOn(tf: Tfjs, backend: string, { kind, x, filter, stride, pad }: GradientCase) {
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
  const values = await Promise.all(gradients.map(async (gradient) => Array.from(await gradient.data())))
  tf.dispose(gradients)
  return { values, left: tf.memory().numTensors - before }
}

/** Fails where the gradients on a backend are more than 1e-5 of the largest one away from those on the cpu backend, or a tensor is left behind. */
export async function expectCpuGradients(tf: Tfjs, backend: string, each: GradientCase): Promise<void> {
  const expected = await gradientsOn(tf, 'cpu', each)
  const actual = await gradientsOn(tf, backend, each)
  expect(actual.left).toBe(0)
  for (const [which, values] of expected.values.entries()) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // Math.max of something that is not a number is not one either, and below nothing.
    const difference = values.reduce((most, value, index) => Math.max(most, Math.abs(value - (actual.values[which]?.[index] ?? NaN))), 0)
    expect(difference / largest).toBeLessThan(1e-5)
  }
}
