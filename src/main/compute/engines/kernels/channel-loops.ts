/** Loops over arrays of rows of `channels` values, row-major [rows, channels]; sums in double precision. */

/** `dy` where the clipped output `y` lies inside of 0..`top`, else 0: writes into `target`. All three as long. */
export function clipSlopes(dy: Float32Array, y: Float32Array, top: number, target: Float32Array): void {
  for (let i = 0; i < target.length; i++) {
    const seen = y[i] as number
    target[i] = seen > 0 && seen < top ? (dy[i] as number) : 0
  }
}

/** The sum of each channel: writes into `target`, [channels]. */
export function sumChannels(x: Float32Array, target: Float32Array | Float64Array): void {
  const channels = target.length
  const sums = new Float64Array(channels)
  for (let at = 0; at < x.length; at += channels) for (let c = 0; c < channels; c++) sums[c] = (sums[c] as number) + (x[at + c] as number)
  target.set(sums)
}

/** Mean of each channel, and the mean of the squared distances from it: writes into both, [channels]. */
export function measureChannels(x: Float32Array, means: Float32Array, variances: Float32Array): void {
  const channels = means.length
  const rows = x.length / channels
  const exact = new Float64Array(channels)
  sumChannels(x, exact)
  for (let c = 0; c < channels; c++) exact[c] = (exact[c] as number) / rows
  const squares = new Float64Array(channels)
  for (let at = 0; at < x.length; at += channels)
    for (let c = 0; c < channels; c++) {
      const distance = (x[at + c] as number) - (exact[c] as number)
      squares[c] = (squares[c] as number) + distance * distance
    }
  means.set(exact)
  for (let c = 0; c < channels; c++) variances[c] = (squares[c] as number) / rows
}

/** What batch normalisation works with, each [channels]. */
export interface ChannelMoments {
  readonly means: Float32Array
  readonly variances: Float32Array
  readonly gamma: Float32Array
  readonly epsilon: number
}

/** 1 / sqrt(variance + epsilon) of each channel. */
function inverseDeviations({ variances, epsilon }: ChannelMoments): Float64Array {
  return Float64Array.from(variances, (variance) => 1 / Math.sqrt(variance + epsilon))
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta: writes into `target`, as long as `x`. */
export function normaliseChannels(x: Float32Array, moments: ChannelMoments, beta: Float32Array, target: Float32Array): void {
  const { gamma, means } = moments
  const channels = gamma.length
  const factors = inverseDeviations(moments).map((inverse, c) => inverse * (gamma[c] as number))
  const shifts = factors.map((factor, c) => (beta[c] as number) - factor * (means[c] as number))
  for (let at = 0; at < x.length; at += channels)
    for (let c = 0; c < channels; c++) target[at + c] = (x[at + c] as number) * (factors[c] as number) + (shifts[c] as number)
}

/** The gradients of `normaliseChannels` by gamma and beta, [channels]: the sums of dy times the normalised x, and of dy. */
export function sumNormalisedSlopes(
  dy: Float32Array,
  x: Float32Array,
  moments: ChannelMoments,
  byGamma: Float32Array,
  byBeta: Float32Array,
): void {
  const { means } = moments
  const channels = means.length
  const products = new Float64Array(channels)
  const sums = new Float64Array(channels)
  for (let at = 0; at < x.length; at += channels)
    for (let c = 0; c < channels; c++) {
      const slope = dy[at + c] as number
      sums[c] = (sums[c] as number) + slope
      products[c] = (products[c] as number) + slope * ((x[at + c] as number) - (means[c] as number))
    }
  const inverses = inverseDeviations(moments)
  byBeta.set(sums)
  byGamma.set(products.map((product, c) => product * (inverses[c] as number)))
}

/**
 * The gradient of `normaliseChannels` by x where mean and variance are those of x itself (Ioffe and Szegedy 2015, section 3, brought into one line):
 * gamma / sqrt(variance + epsilon) * (dy - (byBeta + normalised x * byGamma) / rows). Writes into `target`, as long as `x`.
 */
export function normaliseSlopes(
  dy: Float32Array,
  x: Float32Array,
  moments: ChannelMoments,
  sums: { readonly byGamma: Float32Array; readonly byBeta: Float32Array },
  target: Float32Array,
): void {
  const { gamma, means } = moments
  const channels = gamma.length
  const rows = x.length / channels
  const inverses = inverseDeviations(moments)
  const factors = inverses.map((inverse, c) => inverse * (gamma[c] as number))
  const byX = inverses.map((inverse, c) => (-(factors[c] as number) * inverse * (sums.byGamma[c] as number)) / rows)
  const shifts = byX.map((slope, c) => (-(factors[c] as number) * (sums.byBeta[c] as number)) / rows - slope * (means[c] as number))
  for (let at = 0; at < x.length; at += channels)
    for (let c = 0; c < channels; c++)
      target[at + c] = (dy[at + c] as number) * (factors[c] as number) + (x[at + c] as number) * (byX[c] as number) + (shifts[c] as number)
}
