/** A mean with its 95 % interval, and the standard deviation of the sample. */
export interface MeanInterval {
  readonly mean: number
  readonly deviation: number
  readonly low: number
  readonly high: number
}

/** Share of Student's t distribution with `freedom` degrees between -t and t (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4). */
function shareWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom))
  const cosine = Math.cos(angle)
  const isOdd = freedom % 2 === 1
  let term = isOdd ? cosine : 1
  let sum = freedom === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/** The t that holds 95 % between -t and t, for a whole number of degrees of freedom from 1 on. */
export function studentT(freedom: number): number {
  let [low, high] = [0, 20]
  for (let halvings = 0; halvings < 60; halvings++) {
    const middle = (low + high) / 2
    if (shareWithin(middle, freedom) < 0.95) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The mean of at least two numbers with its 95 % interval by Student's t. Throws RangeError for fewer. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length
  if (n < 2) throw new RangeError(`the spread of ${n} numbers is not known`)
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))
  const half = (studentT(n - 1) * deviation) / Math.sqrt(n)
  return { mean, deviation, low: mean - half, high: mean + half }
}
