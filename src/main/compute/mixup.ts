import { shuffle } from './random.ts'

/**
 * How the rows of a batch are mixed (Zhang et al. 2018, mixup: Beyond Empirical Risk Minimization): each becomes `share` of itself and the rest of its
 * partner, and so does its label.
 */
export interface Mix {
  /** Place in the batch of each row's partner, [rows]; a row may be its own. */
  readonly partners: Int32Array
  /** 0..1. */
  readonly share: number
}

/** Draws how a batch of `count` rows is mixed: its rows in another order as partners, and one share from Beta(alpha, alpha), alpha in 0..1. 0: null. */
export function drawMix(count: number, alpha: number, random: () => number): Mix | null {
  if (alpha === 0) return null
  const partners = Int32Array.from({ length: count }, (_, place) => place)
  shuffle(partners, random)
  return { partners, share: drawBeta(alpha, random) }
}

/** A number from Beta(alpha, alpha) for 0 < alpha <= 1 (Johnk 1964), in logarithms: a power of a small alpha is too small for a float. */
export function drawBeta(alpha: number, random: () => number): number {
  for (;;) {
    // 1 - random() is never 0.
    const [one, other] = [Math.log(1 - random()) / alpha, Math.log(1 - random()) / alpha]
    const most = Math.max(one, other)
    const logSum = most + Math.log(Math.exp(one - most) + Math.exp(other - most))
    if (logSum <= 0) return Math.exp(one - logSum)
  }
}

/** Rows of equal length, mixed; `values`: row-major [rows, length]. */
export function mixRows(values: Float32Array, { partners, share }: Mix): Float32Array {
  const length = values.length / partners.length
  const mixed = new Float32Array(values.length)
  for (const [row, partner] of partners.entries())
    for (let i = 0; i < length; i++)
      mixed[row * length + i] = share * (values[row * length + i] as number) + (1 - share) * (values[partner * length + i] as number)
  return mixed
}
