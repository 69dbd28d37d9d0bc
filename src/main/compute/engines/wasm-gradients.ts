import type { Rank, Tensor, Tensor2D, Tensor4D, TensorInfo } from '@tensorflow/tfjs'
import { gatherTaps, scatterTaps, sumTaps, type TapGeometry } from './kernels/tap-loops.ts'
import { fillTensor, newTensor, viewOf } from './kernels/wasm-heap.ts'
import type { Tfjs } from './load-tfjs.ts'

/** Padding of a convolution as tfjs-core works it out. */
type ConvInfo = ReturnType<Tfjs['backend_util']['computeConv2DInfo']>

interface KernelParams {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly backend: unknown
}
type Kernel = (params: KernelParams) => TensorInfo

/** A convolution whose gradient is asked for. Dilations other than 1 are not what any of our networks has. */
interface Geometry {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * The three kernels that tfjs-backend-wasm 4.22 lacks for training convolutions, composed of ones that it has and of plain loops over its memory, and two
 * of its own that are replaced by faster ways to the same numbers. All checked against the cpu backend. Calling it again changes nothing.
 */
export function registerWasmGradients(tf: Tfjs): void {
  if (findKernel(tf, 'Conv2DBackpropFilter') !== null) return
  const replace = (kernelName: string, make: (before: Kernel) => Kernel): void => {
    const before = findKernel(tf, kernelName)
    if (before === null) throw new Error(`the wasm backend has no ${kernelName}`)
    tf.unregisterKernel(kernelName, 'wasm')
    // Its set-up finds the function in the WebAssembly module, which ours calls in the end.
    tf.registerKernel({ ...before, kernelFunc: make(before.kernelFunc as Kernel) })
  }
  const register = (kernelName: string, kernelFunc: Kernel): void =>
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernelFunc })

  replace('BatchMatMul', (before) => matMulOfCopies(tf, before))
  register('Conv2DBackpropFilter', (params) => convFilterGradient(tf, params))
  replace('Conv2DBackpropInput', () => (params) => convInputGradient(tf, params))
  register('DepthwiseConv2dNativeBackpropFilter', (params) => depthwiseFilterGradient(tf, params))
  register('DepthwiseConv2dNativeBackpropInput', (params) => depthwiseInputGradient(tf, params))
}

/** The declared type says that there always is one. */
function findKernel(tf: Tfjs, kernelName: string): ReturnType<Tfjs['getKernel']> | null {
  return tf.getKernelsForBackend('wasm').find((kernel) => kernel.kernelName === kernelName) ?? null
}

/** The backend multiplies plain matrices with XNNPACK, and transposed ones in a loop that is many times slower than transposing them first. */
function matMulOfCopies(tf: Tfjs, before: Kernel): Kernel {
  return (params) => {
    const { a, b } = params.inputs as { a: Tensor; b: Tensor }
    const { transposeA, transposeB } = params.attrs as { transposeA: boolean; transposeB: boolean }
    if (!transposeA && !transposeB) return before(params)
    const turned = (x: Tensor): Tensor => tf.transpose(x, x.rank === 3 ? [0, 2, 1] : [1, 0])
    const first = transposeA ? turned(a) : a
    const second = transposeB ? turned(b) : b
    const attrs = { ...params.attrs, transposeA: false, transposeB: false }
    const result = before({ ...params, inputs: { a: first, b: second }, attrs })
    if (transposeA) first.dispose()
    if (transposeB) second.dispose()
    return result
  }
}

/** Values that all taps of some pictures may take at a time: 16 MB. */
const gatheredAtOnce = 4 * 1024 * 1024

/** Calls `work` for so many pictures at a time that what their taps saw stays within bounds. */
function eachChunk(info: ConvInfo, work: (from: number, geometry: TapGeometry) => void): void {
  const perPicture = info.outHeight * info.outWidth * info.filterHeight * info.filterWidth * info.inChannels
  const atOnce = Math.max(1, Math.floor(gatheredAtOnce / perPicture))
  for (let from = 0; from < info.batchSize; from += atOnce) work(from, { ...info, batchSize: Math.min(atOnce, info.batchSize - from) })
}

/** Some rows of a matrix; a slice of all of them would be a copy. */
function rowsOf(tf: Tfjs, matrix: Tensor2D, from: number, count: number): Tensor2D {
  return count === matrix.shape[0] ? matrix : tf.slice2d(matrix, [from, 0], [count, matrix.shape[1]])
}

/** Whether a convolution is a product of matrices as it is. */
function isPointwise(info: ConvInfo): boolean {
  return info.filterHeight * info.filterWidth * info.strideHeight * info.strideWidth === 1
}

/** d loss / d filter: what the taps of the kernel saw, turned, times the gradient of what they gave. */
function convFilterGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D }
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Geometry & { filterShape: [number, number, number, number] }
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode)
    const { inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info
    const perPicture = outHeight * outWidth
    const slopes = tf.reshape<Rank.R2>(dy, [info.batchSize * perPicture, outChannels])
    if (isPointwise(info)) return tf.reshape(tf.matMul(tf.reshape<Rank.R2>(x, [-1, inChannels]), slopes, true, false), filterShape)
    let sum = tf.zeros<Rank.R2>([info.filterHeight * info.filterWidth * inChannels, outChannels])
    eachChunk(info, (from, geometry) => {
      sum = tf.tidy(() => {
        const rows = geometry.batchSize * perPicture
        const seen = fillTensor(tf, [rows, sum.shape[0]], [x], (target, [values]) => {
          gatherTaps(values!.subarray(from * inHeight * inWidth * inChannels), geometry, target)
        }) as Tensor2D
        return tf.add(sum, tf.matMul(seen, rowsOf(tf, slopes, from * perPicture, rows), true, false))
      })
    })
    return tf.reshape(sum, filterShape)
  })
}

/**
 * d loss / d x. At stride 1: the gradient convolved with the filter turned by half a circle. At larger ones: the gradient times the filter, turned, gives
 * what each tap is due at each position, which is added up where the tap saw it.
 */
function convInputGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { dy, filter } = inputs as { dy: Tensor4D; filter: Tensor4D }
  const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as Geometry & { inputShape: [number, number, number, number] }
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode)
  const { filterHeight, filterWidth, padInfo, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info
  if (info.strideHeight === 1 && info.strideWidth === 1)
    return tf.tidy(() => {
      const around = tf.pad4d(dy, [
        [0, 0],
        [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom],
        [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right],
        [0, 0],
      ])
      const turned = filterHeight * filterWidth === 1 ? filter : tf.reverse<Tensor4D>(filter, [0, 1])
      return tf.conv2d(around, tf.transpose<Tensor4D>(turned, [0, 1, 3, 2]), 1, 'valid')
    })
  const result = newTensor(tf, inputShape)
  const perPicture = outHeight * outWidth
  tf.tidy(() => {
    const slopes = tf.reshape<Rank.R2>(dy, [info.batchSize * perPicture, outChannels])
    const weights = tf.transpose<Tensor2D>(tf.reshape<Rank.R2>(filter, [-1, outChannels]))
    eachChunk(info, (from, geometry) => {
      const due = tf.tidy(() => tf.matMul(rowsOf(tf, slopes, from * perPicture, geometry.batchSize * perPicture), weights))
      const perInput = inHeight * inWidth * inChannels
      const target = viewOf(tf, result).subarray(from * perInput, (from + geometry.batchSize) * perInput)
      scatterTaps(viewOf(tf, due), geometry, target)
      due.dispose()
    })
  })
  return result
}

/** As `convFilterGradient`, each channel for itself: the sum over all positions of what a tap saw times the gradient. */
function depthwiseFilterGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D }
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Geometry & { filterShape: [number, number, number, number] }
  const info = depthwiseInfo(tf, x.shape, filterShape, { strides, pad, dimRoundingMode })
  return fillTensor(tf, filterShape, [x, dy], (target, [seen, slopes]) => sumTaps(seen!, slopes!, info, target))
}

/** As `convInputGradient`, each channel for itself; at larger strides zeros stand where the kernel did not look. */
function depthwiseInputGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { dy, filter } = inputs as { dy: Tensor4D; filter: Tensor4D }
  const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as Geometry & { inputShape: [number, number, number, number] }
  return tf.tidy(() => {
    const info = depthwiseInfo(tf, inputShape, filter.shape, { strides, pad, dimRoundingMode })
    const { inHeight, inWidth, filterHeight, filterWidth, padInfo } = info
    const spread = spreadOut(tf, dy, info)
    const [, height, width] = spread.shape
    const top = filterHeight - 1 - padInfo.top
    const left = filterWidth - 1 - padInfo.left
    const around = tf.pad4d(spread, [
      [0, 0],
      [top, inHeight + filterHeight - 1 - height - top],
      [left, inWidth + filterWidth - 1 - width - left],
      [0, 0],
    ])
    return tf.depthwiseConv2d(around, tf.reverse<Tensor4D>(filter, [0, 1]), 1, 'valid')
  })
}

function depthwiseInfo(
  tf: Tfjs,
  input: [number, number, number, number],
  filter: [number, number, number, number],
  {
    strides,
    pad,
    dimRoundingMode,
  }: { strides: Geometry['strides']; pad: Geometry['pad']; dimRoundingMode: Geometry['dimRoundingMode'] | undefined },
): ConvInfo {
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode, true)
}

/** Puts stride - 1 zeros between neighbours, in both directions. */
function spreadOut(tf: Tfjs, dy: Tensor4D, { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth }: ConvInfo): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy
  const columns = tf.pad3d(tf.reshape<Rank.R3>(dy, [batchSize * outHeight * outWidth, 1, inChannels]), [
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ])
  const rows = tf.pad3d(tf.reshape<Rank.R3>(columns, [batchSize * outHeight, 1, outWidth * strideWidth * inChannels]), [
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
  ])
  const spread = tf.reshape<Rank.R4>(rows, [batchSize, outHeight * strideHeight, outWidth * strideWidth, inChannels])
  // The last neighbour has nothing behind it.
  const height = (outHeight - 1) * strideHeight + 1
  const width = (outWidth - 1) * strideWidth + 1
  return tf.slice4d(spread, [0, 0, 0, 0], [batchSize, height, width, inChannels])
}
