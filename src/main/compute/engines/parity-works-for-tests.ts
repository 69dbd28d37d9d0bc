import type { Recipe } from '../../contract/runs.ts'
import { scaledTone, type Network, type Shape } from '../convert/network.ts'
import { tailOf } from '../convert/cut-network.ts'
import { mixRows, type Mix } from '../mixup.ts'
import { rateShare } from '../rate-share.ts'
import type { Tfjs } from './load-tfjs.ts'
import { runNetwork, uploadWeights } from './run-network.ts'
import { TrainableNetwork, type ScaledHead, type StepSettings } from './trainable-network.ts'

/** Pictures whose features are wanted. */
export interface FeatureWork {
  readonly kind: 'features'
  readonly name: string
  readonly network: Network
  /** Row-major [N, size, size, 3] RGB bytes. */
  readonly pictures: Uint8Array
}

/** Steps of training on one and the same batch. */
export interface TrainingWork {
  readonly kind: 'training'
  readonly name: string
  readonly network: Network
  readonly cut: string
  /** Of one row that comes in at the cut. */
  readonly input: Shape
  /** Row-major [N, height, width, channels]. */
  readonly values: Float32Array
  /** [N]. */
  readonly classes: Int32Array
  readonly head: ScaledHead
  readonly settings: StepSettings
  readonly schedule: Recipe['schedule']
  readonly steps: number
  /** How the rows are mixed before they go in; absent: not. */
  readonly mix?: Mix
}

/** Everything in the order of the ops (kernel, bias), then the head's weights and bias. */
export interface Trained {
  /** Mean cross-entropy before the first step, in nats. */
  readonly loss: number
  readonly gradients: readonly Float32Array[]
  /** After the last step. */
  readonly weights: readonly Float32Array[]
}

/** Features on the backend that is in use, as an extractor of TensorFlow.js computes them. */
export async function featuresOn(tf: Tfjs, { network, pictures }: FeatureWork): Promise<Float32Array> {
  const { ops, inputSizePx: size, scaling } = network.topology
  const weights = uploadWeights(tf, ops, network.weights)
  const count = pictures.length / (size * size * 3)
  const values = Float32Array.from(pictures, (pixel, at) => scaledTone(scaling, pixel, at % 3))
  const features = tf.tidy(() => runNetwork(tf, ops, weights, tf.tensor4d(values, [count, size, size, 3])))
  try {
    return (await features.data()) as Float32Array
  } finally {
    features.dispose()
    for (const { filter, bias } of weights.values()) tf.dispose([filter, bias])
  }
}

/** The same training that the studio does, on the backend that is in use. */
export async function trainOn(tf: Tfjs, work: TrainingWork): Promise<Trained> {
  const { network, input, classes, head, settings, mix = null } = work
  const values =
    mix === null ? work.values : mixRows(work.values.subarray(0, classes.length * input.height * input.width * input.channels), mix)
  const { ops, depths } = tailOf(network, work.cut)
  const model = new TrainableNetwork(tf, { ops, depths, input, weights: network.weights, head, settings })
  try {
    const { loss, gradients } = await model.gradients(values, classes, mix)
    for (let step = 0; step < work.steps; step++) await model.step(values, classes, rateShare(work.schedule, step / work.steps), mix)
    const { convolutions, headWeights, headBias } = model.learned(await model.read())
    const weights = [...[...convolutions.values()].flatMap(({ kernel, bias }) => [kernel, bias]), headWeights, headBias]
    return { loss, gradients, weights }
  } finally {
    model.dispose()
  }
}
