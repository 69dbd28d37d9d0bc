/**
 * Sum of products of `length` numbers, from `from` of the one and from `at` of the other on. In four sums of their own, because a processor adds to one of
 * them only every few cycles. For float32 alone: a loop that is also given float64 is compiled for both, and heads are trained in it.
 */
export function dot(one: Float32Array, from: number, other: Float32Array, at: number, length: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const whole = length - (length % 4)
  for (let i = 0; i < whole; i += 4) {
    a += (one[from + i] as number) * (other[at + i] as number)
    b += (one[from + i + 1] as number) * (other[at + i + 1] as number)
    c += (one[from + i + 2] as number) * (other[at + i + 2] as number)
    d += (one[from + i + 3] as number) * (other[at + i + 3] as number)
  }
  for (let i = whole; i < length; i++) a += (one[from + i] as number) * (other[at + i] as number)
  return a + b + (c + d)
}
