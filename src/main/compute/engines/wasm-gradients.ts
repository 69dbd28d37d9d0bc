import type { Rank, Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs'
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
 * The three kernels that tfjs-backend-wasm 4.22 lacks for training convolutions, composed of ones that it has, and two of its own that are
 * replaced by faster ways to the same numbers. All checked against the cpu backend. Calling it again changes nothing.
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
  replace('Conv2DBackpropInput', (before) => convInputGradient(tf, before))
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

/** d loss / d filter: for each tap of the kernel, what it saw, turned, times the gradient of what it gave. */
function convFilterGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D }
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Geometry & { filterShape: [number, number, number, number] }
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode)
    const { filterHeight, filterWidth, inChannels, outChannels } = info
    const positions = info.batchSize * info.outHeight * info.outWidth
    const slopes = tf.reshape<Rank.R2>(dy, [positions, outChannels])
    const source = withZeros(tf, x, info)
    const taps = eachTap(filterHeight, filterWidth, (row, column) =>
      tf.tidy(() => tf.matMul(tf.reshape<Rank.R2>(seenByTap(tf, source, row, column, info), [positions, inChannels]), slopes, true, false)),
    )
    return tf.reshape(tf.concat(taps, 0), filterShape)
  })
}

/** d loss / d x at stride 1: the gradient convolved with the filter turned by half a circle. Larger strides go the backend's own way. */
function convInputGradient(tf: Tfjs, before: Kernel): Kernel {
  return (params) => {
    const { dy, filter } = params.inputs as { dy: Tensor4D; filter: Tensor4D }
    const { strides, pad, dimRoundingMode, inputShape } = params.attrs as unknown as Geometry & {
      inputShape: [number, number, number, number]
    }
    const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode)
    if (info.strideHeight !== 1 || info.strideWidth !== 1) return before(params)
    const { filterHeight, filterWidth, padInfo } = info
    return tf.tidy(() => {
      const around = tf.pad4d(dy, [
        [0, 0],
        [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom],
        [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right],
        [0, 0],
      ])
      return tf.conv2d(around, tf.transpose<Tensor4D>(tf.reverse<Tensor4D>(filter, [0, 1]), [0, 1, 3, 2]), 1, 'valid')
    })
  }
}

/** As `convFilterGradient`, each channel for itself: the sum over all positions of what a tap saw times the gradient. */
function depthwiseFilterGradient(tf: Tfjs, { inputs, attrs }: KernelParams): Tensor {
  const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D }
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Geometry & { filterShape: [number, number, number, number] }
  return tf.tidy(() => {
    const info = depthwiseInfo(tf, x.shape, filterShape, { strides, pad, dimRoundingMode })
    const positions = info.batchSize * info.outHeight * info.outWidth
    const source = withZeros(tf, x, info)
    // A sum over rows as a product of matrices, which the backend does several times faster.
    const ones = tf.ones<Rank.R2>([1, positions])
    const taps = eachTap(info.filterHeight, info.filterWidth, (row, column) =>
      tf.tidy(() => {
        const products = tf.mul(seenByTap(tf, source, row, column, info), dy)
        return tf.matMul(ones, tf.reshape<Rank.R2>(products, [positions, info.inChannels]))
      }),
    )
    return tf.reshape(tf.concat(taps, 0), filterShape)
  })
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

function eachTap<T>(height: number, width: number, look: (row: number, column: number) => T): T[] {
  return Array.from({ length: height * width }, (_, tap) => look(Math.floor(tap / width), tap % width))
}

function withZeros(tf: Tfjs, x: Tensor4D, { padInfo: { top, bottom, left, right } }: ConvInfo): Tensor4D {
  if (top + bottom + left + right === 0) return x
  return tf.pad4d(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
}

/**
 * What one tap of a kernel saw at every position of the output, [N, outHeight, outWidth, channels]. At larger strides by a reshape that puts
 * the rows and columns of one stride beside one another, because a slice with steps is twenty times slower than a plain one.
 */
function seenByTap(tf: Tfjs, x: Tensor4D, row: number, column: number, info: ConvInfo): Tensor4D {
  const { batchSize, outHeight, outWidth, inChannels, strideHeight, strideWidth } = info
  if (strideHeight === 1 && strideWidth === 1) return tf.slice4d(x, [0, row, column, 0], [batchSize, outHeight, outWidth, inChannels])
  const [, height, width] = x.shape
  const rows = Math.ceil(height / strideHeight)
  const columns = Math.ceil(width / strideWidth)
  const filled = tf.pad4d(x, [
    [0, 0],
    [0, rows * strideHeight - height],
    [0, columns * strideWidth - width],
    [0, 0],
  ])
  const byRow = tf.reshape<Rank.R4>(filled, [batchSize * rows, strideHeight, columns * strideWidth, inChannels])
  const oneRow = tf.slice4d(byRow, [0, row % strideHeight, 0, 0], [batchSize * rows, 1, columns * strideWidth, inChannels])
  return tf.slice4d(
    tf.reshape<Rank.R4>(oneRow, [batchSize, rows, columns, strideWidth * inChannels]),
    [0, Math.floor(row / strideHeight), Math.floor(column / strideWidth), (column % strideWidth) * inChannels],
    [batchSize, outHeight, outWidth, inChannels],
  )
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
