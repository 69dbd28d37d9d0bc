/** Sum of products of two rows of the same length. In four sums of their own, because a processor adds to one of them only every few cycles. */
export function dot(one: Float32Array, other: Float32Array): number {
  const { length } = one
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let i = 0
  for (; i + 3 < length; i += 4) {
    first += one[i]! * other[i]!
    second += one[i + 1]! * other[i + 1]!
    third += one[i + 2]! * other[i + 2]!
    fourth += one[i + 3]! * other[i + 3]!
  }
  for (; i < length; i++) first += one[i]! * other[i]!
  return first + second + third + fourth
}
