import { isConvolution, type ConvolutionOp, type ConvolutionWeights, type NetworkTopology } from './network.ts'

/** What a byte stands for: value = scale * (byte - zeroPoint). */
export interface ByteScale {
  readonly scale: number
  /** 0..255. */
  readonly zeroPoint: number
}

/** Smallest and largest value that was seen at one place of a network. */
export type ValueRange = readonly [smallest: number, largest: number]

/** A convolution in whole numbers: kernel value = kernelScales[out] * kernel, bias in units of input scale times kernelScales[out]. */
export interface QuantisedConvolution {
  /** Row-major [kernel, kernel, in, out] as in the neutral form, -127..127. */
  readonly kernel: Int8Array<ArrayBuffer>
  /** [out]. */
  readonly kernelScales: Float32Array<ArrayBuffer>
  /** [out]. */
  readonly bias: Int32Array<ArrayBuffer>
}

const mostKernel = 127
const mostByte = 255
const clippedTo = 6
/** A kernel of zeros has some scale all the same. */
const leastScale = 1e-9
/** A filter that hardly looks at anything has a fine scale, in which its bias does not fit into 32 bits: it takes a coarser one. Half of the room is left for the sums. */
const mostBias = 2 ** 30

/** Spreads the 256 bytes over a range, in which zero lies exactly on a byte: zeros around a picture stay zeros. */
function scaleOf([smallest, largest]: ValueRange): ByteScale {
  const [low, high] = [Math.min(0, smallest), Math.max(0, largest)]
  const scale = Math.max(leastScale, (high - low) / mostByte)
  return { scale, zeroPoint: Math.round((0 - low) / scale) }
}

/**
 * What the bytes of each place stand for, by the index of the op whose output it is; -1 is the picture. What is clipped to 0..6 spreads over
 * just that, which does the clipping; `ranges` has one entry for each other convolution and each sum, in the order of the ops.
 */
export function byteScales({ ops, scaling }: NetworkTopology, ranges: readonly ValueRange[]): ReadonlyMap<number, ByteScale> {
  if (typeof scaling.scale !== 'number' || typeof scaling.offset !== 'number')
    throw new RangeError('a scale for each channel has no form in bytes')
  const scales = new Map<number, ByteScale>([[-1, { scale: scaling.scale, zeroPoint: Math.round(-scaling.offset / scaling.scale) }]])
  const left = [...ranges]
  for (const [index, op] of ops.entries()) {
    if (!isConvolution(op) && op.kind !== 'add') continue
    const range = isConvolution(op) && op.activation === 'relu6' ? ([0, clippedTo] as const) : left.shift()
    if (range === undefined) throw new RangeError(`the range of ${op.name} is not known`)
    scales.set(index, scaleOf(range))
  }
  if (left.length > 0) throw new RangeError(`there are ${left.length} ranges more than places in the network`)
  return scales
}

/**
 * Rounds the weights of a convolution, each of its filters on a scale of its own, symmetric around zero (Krishnamoorthi 2018, arXiv:1806.08342,
 * section 3). `off`: what the value of each pixel is off because a byte's zero point is a whole number; it goes into the bias.
 */
export function quantiseConvolution(
  op: ConvolutionOp,
  { kernel, bias }: ConvolutionWeights,
  input: ByteScale,
  off: number,
): QuantisedConvolution {
  const filters = op.outChannels
  const kernelScales = new Float32Array(filters).fill(leastScale)
  const sums = new Float64Array(filters)
  for (const [index, weight] of kernel.entries()) {
    const filter = index % filters
    kernelScales[filter] = Math.max(kernelScales[filter] ?? 0, Math.abs(weight) / mostKernel)
    sums[filter] = (sums[filter] ?? 0) + weight
  }
  const exactBias = Float64Array.from(bias, (value, filter) => value + off * (sums[filter] ?? NaN))
  for (const [filter, value] of exactBias.entries())
    kernelScales[filter] = Math.max(kernelScales[filter] ?? 0, Math.abs(value) / (input.scale * mostBias))
  return {
    kernel: Int8Array.from(kernel, (weight, index) => Math.round(weight / (kernelScales[index % filters] ?? NaN))),
    kernelScales,
    bias: Int32Array.from(exactBias, (value, filter) => Math.round(value / (input.scale * (kernelScales[filter] ?? NaN)))),
  }
}
