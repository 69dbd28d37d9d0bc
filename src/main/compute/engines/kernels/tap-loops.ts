/**
 * What a convolution looked at: the part of what `computeConv2DInfo` of tfjs-core works out that the loops need. Positions are those of its output,
 * [batchSize, outHeight, outWidth]; a tap is one place of its kernel; dilations are 1.
 */
export interface TapGeometry {
  readonly batchSize: number
  readonly inHeight: number
  readonly inWidth: number
  readonly inChannels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padInfo: { readonly top: number; readonly left: number }
}

/** Positions side by side at which a tap saw something inside of the picture. */
interface Run {
  readonly tap: number
  /** Index of the first position, and of the pixel that it saw. */
  readonly position: number
  readonly pixel: number
  readonly count: number
}

/** All runs, tap by tap. What a tap saw outside are zeros, which add nothing. */
function eachRun(geometry: TapGeometry, visit: (run: Run) => void): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = geometry
  for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
    const down = Math.floor(tap / filterWidth) - padInfo.top
    const right = (tap % filterWidth) - padInfo.left
    const first = Math.max(0, Math.ceil(-right / strideWidth))
    const last = Math.min(outWidth - 1, Math.floor((inWidth - 1 - right) / strideWidth))
    if (last < first) continue
    for (let line = 0; line < batchSize * outHeight; line++) {
      const row = (line % outHeight) * strideHeight + down
      if (row < 0 || row >= inHeight) continue
      const image = Math.floor(line / outHeight)
      const pixel = (image * inHeight + row) * inWidth + first * strideWidth + right
      visit({ tap, position: line * outWidth + first, pixel, count: last - first + 1 })
    }
  }
}

/**
 * The gradient of a depthwise kernel: for each tap and channel the sum over all positions of what it saw times the slope there. `x`: [N, height, width,
 * channels]; `slopes`: [positions, channels]; writes into `target`, [taps, channels]. Summed in double precision.
 */
export function sumTaps(x: Float32Array, slopes: Float32Array, geometry: TapGeometry, target: Float32Array): void {
  const { inChannels: channels, strideWidth, filterHeight, filterWidth } = geometry
  const sums = new Float64Array(filterHeight * filterWidth * channels)
  eachRun(geometry, ({ tap, position, pixel, count }) => {
    const to = tap * channels
    const step = strideWidth * channels
    let at = pixel * channels
    let slope = position * channels
    let left = count
    // Four positions for one look at the sums.
    for (; left >= 4; left -= 4, at += 4 * step, slope += 4 * channels) {
      for (let c = 0; c < channels; c++) {
        const x0 = at + c
        const s0 = slope + c
        sums[to + c] =
          (sums[to + c] as number) +
          (x[x0] as number) * (slopes[s0] as number) +
          (x[x0 + step] as number) * (slopes[s0 + channels] as number) +
          (x[x0 + 2 * step] as number) * (slopes[s0 + 2 * channels] as number) +
          (x[x0 + 3 * step] as number) * (slopes[s0 + 3 * channels] as number)
      }
    }
    for (; left > 0; left--, at += step, slope += channels)
      for (let c = 0; c < channels; c++) sums[to + c] = (sums[to + c] as number) + (x[at + c] as number) * (slopes[slope + c] as number)
  })
  target.set(sums)
}

/** What every tap saw at every position, for a convolution as a product of matrices: writes into `target`, [positions, taps, channels]. */
export function gatherTaps(x: Float32Array, geometry: TapGeometry, target: Float32Array): void {
  const { inChannels: channels, strideWidth, filterHeight, filterWidth } = geometry
  const rowLength = filterHeight * filterWidth * channels
  target.fill(0)
  eachRun(geometry, ({ tap, position, pixel, count }) => {
    for (let i = 0; i < count; i++) {
      const from = (pixel + i * strideWidth) * channels
      const to = (position + i) * rowLength + tap * channels
      for (let c = 0; c < channels; c++) target[to + c] = x[from + c] as number
    }
  })
}

/** The way back of `gatherTaps`: adds up in each pixel what belongs to it of `seen`, [positions, taps, channels]; writes into `target`, [N, height, width, channels]. */
export function scatterTaps(seen: Float32Array, geometry: TapGeometry, target: Float32Array): void {
  const { inChannels: channels, strideWidth, filterHeight, filterWidth } = geometry
  const rowLength = filterHeight * filterWidth * channels
  target.fill(0)
  eachRun(geometry, ({ tap, position, pixel, count }) => {
    for (let i = 0; i < count; i++) {
      const to = (pixel + i * strideWidth) * channels
      const from = (position + i) * rowLength + tap * channels
      for (let c = 0; c < channels; c++) target[to + c] = (target[to + c] as number) + (seen[from + c] as number)
    }
  })
}
