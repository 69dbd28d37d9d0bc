import { expect, test } from 'vitest'
import { tailOf } from '../convert/cut-network.ts'
import { createNetworkBuilder } from '../convert/network-builder.ts'
import type { Network } from '../convert/network.ts'
import { makeScratchNetwork } from '../scratch-network.ts'
import { checkTrainingEngine } from './training-engine.ts'
import { TrainableNetwork, type StepSettings } from './trainable-network.ts'

const [sizePx, classCount, dim] = [16, 2, 128]

/** Three convolutions with a cut after each. */
function threePieces(): Network {
  const scratch = makeScratchNetwork(sizePx, 7)
  const builder = createNetworkBuilder({ ...scratch.topology, id: 'three-pieces' })
  let input = -1
  for (const [index, [inChannels, outChannels]] of [
    [3, 32],
    [32, 64],
    [64, 128],
  ].entries()) {
    const weights = scratch.weights.get(`conv${index}`)!
    const shape = {
      kernelPx: 3,
      stride: 2,
      padding: 'same',
      activation: 'relu6',
      inChannels: inChannels!,
      outChannels: outChannels!,
    } as const
    input = builder.conv({ name: `piece${index}`, input, ...shape, ...weights })
    builder.cut(`block${index}`, input)
  }
  builder.pool('pool', input)
  return builder.build()
}

async function stepSizes(settings: Partial<StepSettings>, cut = 'pixels'): Promise<readonly number[]> {
  const check = await checkTrainingEngine('wasm', { threads: 1, nativeFolder: null })
  if (check.state !== 'passed') throw new Error('wasm does not run here')
  const network = threePieces()
  const { input, ...tail } = tailOf(network, cut)
  const model = new TrainableNetwork(check.tf, {
    ...tail,
    input,
    weights: network.weights,
    head: {
      means: new Float32Array(dim),
      deviation: 1,
      weights: Float32Array.from({ length: dim * classCount }, (_, index) => Math.sin(index)),
      bias: new Float32Array(classCount),
    },
    settings: { optimiser: 'sgd', learningRate: 0.01, bodyRate: 1, ...settings },
  })
  try {
    const values = Float32Array.from({ length: 2 * input.height * input.width * input.channels }, (_, index) => Math.sin(index * index))
    const classes = Int32Array.from([0, 1])
    const { gradients } = await model.gradients(values, classes)
    const before = await model.read()
    await model.step(values, classes)
    const after = await model.read()
    // What a step is, of the gradient that it goes against, where that is largest.
    return gradients.map((gradient, index) => {
      const at = gradient.reduce((most, each, place) => (Math.abs(each) > Math.abs(gradient[most]!) ? place : most), 0)
      return (before[index]![at]! - after[index]![at]!) / gradient[at]!
    })
  } finally {
    model.dispose()
  }
}

/** Of kernel and bias of each convolution, then of the head's weights and bias. */
const twice = (...rates: readonly number[]) => rates.flatMap((rate) => [rate, rate])

test.each([
  ['even', 'pixels', { bodyRate: 0.1 }, [0.001, 0.001, 0.001, 0.01]],
  ['graded', 'pixels', { bodyRate: 0.001, blockRates: 'graded' }, [0.00001, 0.0001, 0.001, 0.01]],
  ['graded from the second piece on', 'block0', { bodyRate: 0.01, blockRates: 'graded' }, [0.0001, 0.001, 0.01]],
  ['graded towards the same rate', 'pixels', { bodyRate: 1, blockRates: 'graded' }, [0.01, 0.01, 0.01, 0.01]],
] as const)('rates that are %s are those of hand', async (_, cut, settings, rates) => {
  const sizes = await stepSizes(settings, cut)
  expect(sizes).toHaveLength(2 * rates.length)
  for (const [index, rate] of twice(...rates).entries()) expect(sizes[index]! / rate).toBeCloseTo(1, 1)
})
