/**
 * Two-sided p-value of the exact McNemar test: how likely a difference at least as large as that between `onlyFirst` and `onlySecond`
 * (images that only one of two models got right) would be if both were equally good, each such image falling to either with probability
 * 1/2. p = min(1, 2 * sum over i <= min of C(n, i) / 2^n), n = onlyFirst + onlySecond (McNemar, Psychometrika 12, 1947; exact form as in
 * Agresti, Categorical Data Analysis, 10.1). In 0..1; 1 for no such image. Throws RangeError for what is no count.
 */
export function mcnemarP(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`not a count: ${count}`)
  }
  const n = onlyFirst + onlySecond
  const fewer = Math.min(onlyFirst, onlySecond)
  if (2 * fewer === n) return 1
  // The largest term as its binary logarithm, because 2^n is no number from n = 1024 on; the others are fractions of it, falling geometrically.
  let log2 = -n
  for (let i = 1; i <= fewer; i++) log2 += Math.log2((n - fewer + i) / i)
  let sum = 1
  let term = 1
  for (let i = fewer; i > 0 && term > sum * Number.EPSILON; i--) {
    term *= i / (n - i + 1)
    sum += term
  }
  return Math.min(1, 2 * sum * 2 ** log2)
}
