type Rows = Float32Array | Float64Array

/** The sum of products of row `a` of `rows` and row `b` of `others`; both row-major with rows of `length`. */
export function product(rows: Rows, a: number, others: Rows, b: number, length: number): number {
  const [from, other] = [a * length, b * length]
  // Two sums, because the processor then need not wait for one addition to begin the next.
  let even = 0
  let odd = 0
  const whole = length - (length % 2)
  for (let i = 0; i < whole; i += 2) {
    even += (rows[from + i] as number) * (others[other + i] as number)
    odd += (rows[from + i + 1] as number) * (others[other + i + 1] as number)
  }
  if (whole < length) even += (rows[from + whole] as number) * (others[other + whole] as number)
  return even + odd
}
