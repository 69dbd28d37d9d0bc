import { beforeAll, expect, test } from 'vitest'
import { expectCpuGradients, gradientCases, largeGradientCases } from './gradients-for-tests.ts'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'

let tf: Tfjs
beforeAll(async () => void (tf = await loadTfjs('wasm')))

test.for([...gradientCases, ...largeGradientCases])(
  'the gradients of a $kind over $x with $filter, stride $stride, $pad, are those of the cpu backend',
  (each) => expectCpuGradients(tf, 'wasm', each),
)

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
