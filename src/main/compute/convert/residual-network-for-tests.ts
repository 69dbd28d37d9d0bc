import { fixedWeights } from '../engines/self-test.ts'
import { findCuts } from './find-cuts.ts'
import { createNetworkBuilder } from './network-builder.ts'
import type { Activation, Network, Padding } from './network.ts'

/** A little residual network as ResNet is one: plain ReLU, largest values of windows with zeros around, sums that are clipped, a scale for each channel. */
export function residualNetwork(): Network {
  const scaling = { scale: [1 / 64, 1 / 50, 1 / 40] as [number, number, number], offset: [-2, -1.5, -1] as [number, number, number] }
  const builder = createNetworkBuilder({ id: 'residual', inputSizePx: 16, scaling, featureDim: 6 })
  const conv = (seed: number, input: number, kernelPx: number, [inChannels, outChannels]: [number, number], activation: Activation) => {
    const stride = kernelPx === 5 ? 2 : 1
    const padding: Padding = kernelPx === 5 ? [2, 2, 2, 2] : 'same'
    // Smaller than those of the self-test, which nothing clips here.
    const kernel = fixedWeights(seed, kernelPx * kernelPx * inChannels * outChannels).map((weight) => weight / 4)
    const bias = fixedWeights(seed + 1, outChannels)
    return builder.conv({ name: `op${seed}`, input, kernelPx, stride, padding, activation, inChannels, outChannels, kernel, bias })
  }
  const stem = conv(1, -1, 5, [3, 6], 'relu')
  const pooled = builder.maxPool({ name: 'largest', input: stem, kernelPx: 3, stride: 2, padding: [1, 1, 1, 1] })
  const inside = conv(3, pooled, 1, [6, 4], 'relu')
  const sum = builder.add('sum', conv(5, inside, 3, [4, 6], 'none'), pooled)
  const first = builder.activation('first', sum, 'relu')
  const smaller = builder.maxPool({ name: 'smaller', input: first, kernelPx: 2, stride: 2, padding: 'same' })
  const second = builder.activation('second', builder.add('sum2', conv(7, smaller, 1, [6, 6], 'none'), smaller), 'relu6')
  builder.pool('pool', second)
  const network = builder.build()
  return { ...network, topology: { ...network.topology, cuts: findCuts(network.topology) } }
}
