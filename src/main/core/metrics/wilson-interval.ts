import type { Interval } from '../../contract/ids.ts'

/** 97.5 % quantile of the normal distribution, for a two-sided interval of 95 %. */
const z = 1.959963984540054

/**
 * The proportion `right` / `n` with its 95 % Wilson score interval (Wilson, J. Am. Stat. Assoc. 22, 1927, p. 209), without continuity
 * correction. Counts of images, 0 <= right <= n, n >= 1; throws RangeError otherwise.
 */
export function wilsonInterval(right: number, n: number): Interval {
  if (!Number.isInteger(right) || !Number.isInteger(n) || n < 1 || right < 0 || right > n) {
    throw new RangeError(`not a proportion: ${right} of ${n}`)
  }
  const share = right / n
  const centre = share + (z * z) / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  const scale = 1 + (z * z) / n
  // At the ends the formula gives exactly 0 and 1; rounding must not carry it beyond, or past the proportion itself.
  const low = right === 0 ? 0 : Math.max(0, (centre - half) / scale)
  const high = right === n ? 1 : Math.min(1, (centre + half) / scale)
  return { accuracy: share, low, high, n }
}
