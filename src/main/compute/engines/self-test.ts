import { createNetworkBuilder } from '../convert/network-builder.ts'
import type { Network, Padding } from '../convert/network.ts'
import type { ValueRange } from '../convert/quantise.ts'
import { referencePictures } from '../convert/reference/reference-pictures.ts'
import type { FeatureExtractor } from './feature-extractor.ts'

const sizePx = 16

/**
 * Features of the self-test network for the three reference pictures at 16 px, [3, 6]: computed by torch 2.13.0 (torch.nn.functional in
 * float64) with `convert/reference/make_reference.py self-test`.
 */
const expected = [
  [-2.6434832, -3.1637169, 3.112987, -0.55553942, -2.2444412, -0.88684749],
  [-1.2546655, -4.9132933, 1.7179593, -0.031875337, -0.62113646, -2.3418606],
  [-3.0300678, -0.50337684, 4.7371345, -2.6650632, -4.3085347, -2.0363557],
].flat()

/** Differences of rounding stay below a hundredth of this; a wrong kernel, padding or order of channels is far above. */
export const selfTestTolerance = 1e-4

/** The weights of the reference script: eighths of a byte, exact in float32. */
export function fixedWeights(seed: number, length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => (((i * 37 + seed * 101 + ((i * i) % 89)) % 201) - 100) / 128)
}

/** A little network with every kind of op, both signs of clipping, and paddings that are not the same on both sides. */
export function selfTestNetwork(): Network {
  const builder = createNetworkBuilder({ id: 'self-test', inputSizePx: sizePx, scaling: { scale: 1 / 64, offset: -2 }, featureDim: 6 })
  const layer = (
    seed: number,
    kind: 'conv' | 'depthwise',
    input: number,
    [kernelPx, inChannels, outChannels, stride]: readonly [number, number, number, number],
    activation: 'relu6' | 'none',
    padding: Padding = 'same',
  ): number => {
    const kernel = fixedWeights(seed, kernelPx * kernelPx * inChannels * (kind === 'conv' ? outChannels : 1))
    const bias = fixedWeights(seed + 1, outChannels)
    const settings = { name: `op${seed}`, input, kernelPx, stride, padding, activation, inChannels, outChannels, kernel, bias }
    return kind === 'conv' ? builder.conv(settings) : builder.depthwise(settings)
  }
  const a = layer(1, 'conv', -1, [3, 3, 8, 2], 'relu6')
  const b = layer(3, 'depthwise', a, [3, 8, 8, 1], 'relu6')
  const c = builder.add('sum', layer(5, 'conv', b, [1, 8, 8, 1], 'none'), a)
  const d = layer(7, 'depthwise', c, [5, 8, 8, 2], 'relu6')
  const e = layer(9, 'conv', d, [3, 8, 12, 2], 'relu6', [1, 0, 0, 2])
  builder.pool('pool', layer(11, 'conv', e, [1, 12, 6, 1], 'none'))
  return builder.build()
}

/** Ranges for the self-test network in 8 bits: wide enough for what it answers. */
export const selfTestRanges: readonly ValueRange[] = [
  [-8, 8],
  [-8, 14],
  [-8, 8],
]

/**
 * Its features in 8 bits for the same pictures, computed in whole numbers by numpy with `convert/reference/make_reference.py int8-self-test`. A processor
 * that adds products of bytes in 16 bits, where they do not fit, is off by half a unit: `int8-self-test-saturating` shows it.
 */
const expectedInt8 = [
  [-2.619608, -3.1686276, 2.9490198, -0.54901964, -2.2117648, -0.97254908],
  [-1.1921569, -4.6901964, 1.709804, -0.14117648, -0.7686275, -2.3215688],
  [-2.9176472, -0.39215689, 4.7529415, -2.6980394, -4.3450983, -2.0862746],
].flat()

/** One step of the last byte scale: what a tie that is rounded the other way can make. */
export const int8SelfTestTolerance = 16 / 255

/**
 * Largest difference between what an engine makes of the self-test network and the numbers computed elsewhere; NaN counts as infinite. `int8`: the
 * extractor holds the network in 8 bits, with `selfTestRanges`.
 */
export async function selfTestDifference(
  extractor: FeatureExtractor,
  { int8 }: { readonly int8: boolean } = { int8: false },
): Promise<number> {
  const features = await extractor.extract(referencePictures(sizePx), 3)
  const wanted = int8 ? expectedInt8 : expected
  if (features.length !== wanted.length) return Infinity
  const differences = wanted.map((value, index) => Math.abs(value - (features[index] ?? NaN)))
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences)
}
