import type { Rank, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Tfjs } from '../load-tfjs.ts'
import { clip } from '../run-network.ts'
import type { TrainingKernels } from './training-kernels.ts'

/** For every backend, of what TensorFlow.js has on all of them. */
export function composedKernels(tf: Tfjs): TrainingKernels {
  // A sum over rows as a product with ones, which backends do much faster than their sums over the first axes.
  const sumChannels = (x: Tensor4D): Tensor1D =>
    tf.tidy(() => {
      const channels = x.shape[3]
      const rows = tf.reshape<Rank.R2>(x, [-1, channels])
      return tf.reshape<Rank.R1>(tf.matMul(tf.ones<Rank.R2>([1, rows.shape[0]]), rows), [channels])
    })
  const inverseDeviation = (variance: Tensor, epsilon: number): Tensor => tf.rsqrt(tf.add(variance, epsilon))
  return {
    addBias: (x, bias) => tf.add(x, bias),
    clip: (x, activation) => clip(tf, x, activation),
    clipSlopes: (dy, y, activation) => tf.tidy(() => tf.mul(dy, tf.step(activation === 'relu' ? y : tf.mul(y, tf.sub(6, y))))),
    sumChannels,
    normalise: (x, gamma, beta, epsilon) => {
      const rows = x.size / x.shape[3]
      const [value, mean, variance, unbiased] = tf.tidy(() => {
        const average = tf.div<Tensor1D>(sumChannels(x), rows)
        const centred = tf.sub<Tensor4D>(x, average)
        const spread = tf.div<Tensor1D>(sumChannels(tf.square(centred)), rows)
        const scaled = tf.mul(centred, tf.mul(gamma, inverseDeviation(spread, epsilon)))
        return [tf.add<Tensor4D>(scaled, beta), average, spread, tf.mul<Tensor1D>(spread, rows / Math.max(1, rows - 1))] as const
      }) as readonly [Tensor4D, Tensor1D, Tensor1D, Tensor1D]
      return { value, mean, variance: unbiased, memory: [mean.clone(), variance] }
    },
    normaliseSlopes: (dy, x, gamma, [mean, variance], epsilon) => {
      if (mean === undefined || variance === undefined) throw new Error('the moments were not kept')
      return tf.tidy(() => {
        const rows = x.size / x.shape[3]
        const inverse = inverseDeviation(variance, epsilon)
        const normal = tf.mul<Tensor4D>(tf.sub(x, mean), inverse)
        const byBeta = sumChannels(dy)
        const byGamma = sumChannels(tf.mul(dy, normal))
        const shared = tf.div(tf.add(tf.mul(normal, byGamma), byBeta), rows)
        return { x: tf.mul<Tensor4D>(tf.sub(dy, shared), tf.mul(gamma, inverse)), gamma: byGamma, beta: byBeta }
      })
    },
  }
}
