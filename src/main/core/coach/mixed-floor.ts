/**
 * The cross-entropy, in nats, that nothing which learns from mixed photos (mixup) can come below: the entropy of a label mixed by a share from
 * Beta(alpha, alpha), which is digamma(2 alpha + 1) - digamma(alpha + 1), as often as partners are of two classes. `counts`: photos of each class.
 */
export function mixedFloor(alpha: number, counts: readonly number[]): number {
  if (alpha === 0) return 0
  const total = counts.reduce((sum, each) => sum + each, 0)
  const ofOneClass = counts.reduce((sum, each) => sum + (each / total) ** 2, 0)
  return (1 - ofOneClass) * (digamma(2 * alpha + 1) - digamma(alpha + 1))
}

/** For x > 0: the recurrence up to 6, from where on the asymptotic series is right to nine digits (Abramowitz and Stegun 6.3.5, 6.3.18). */
function digamma(x: number): number {
  if (x < 6) return digamma(x + 1) - 1 / x
  const inverse = 1 / (x * x)
  return Math.log(x) - 1 / (2 * x) - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
}
