/** The squared distance of two rows of `dim` numbers, which begin at `from` and `at`; any number above `most` where it is larger than that. */
export function squaredWithin(one: Float32Array, from: number, other: Float32Array, at: number, dim: number, most: number): number {
  let sum = 0
  for (let i = 0; i < dim; i++) {
    const difference = one[from + i]! - other[at + i]!
    sum += difference * difference
    if (sum > most) return sum
  }
  return sum
}
