import { createNetworkBuilder } from './convert/network-builder.ts'
import type { Network } from './convert/network.ts'
import { makeRandom } from './random.ts'

/** Filters of the three convolutions, each of which halves the picture. */
const filters = [32, 64, 128] as const

/** Normal numbers by Box and Muller (1958), two at a time. */
function normals(length: number, deviation: number, random: () => number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length)
  for (let i = 0; i < length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    values[i] = radius * Math.cos(angle)
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle)
  }
  return values
}

/**
 * A small network that has learned nothing yet: three convolutions and the mean over what they see. Weights after He et al. (2015): normal with the
 * deviation sqrt(2 / inputs); the same seed gives the same ones.
 */
export function makeScratchNetwork(inputSizePx: number, seed: number): Network {
  const random = makeRandom(seed)
  const featureDim = filters[filters.length - 1] ?? 0
  const builder = createNetworkBuilder({ id: 'scratch', inputSizePx, scaling: { scale: 1 / 127.5, offset: -1 }, featureDim })
  let input = -1
  let inChannels = 3
  for (const [index, outChannels] of filters.entries()) {
    const kernel = normals(9 * inChannels * outChannels, Math.sqrt(2 / (9 * inChannels)), random)
    const settings = { name: `conv${index}`, input, kernelPx: 3, stride: 2, padding: 'same', activation: 'relu6' } as const
    input = builder.conv({ ...settings, inChannels, outChannels, kernel, bias: new Float32Array(outChannels) })
    inChannels = outChannels
  }
  builder.pool('pool', input)
  return builder.build()
}
