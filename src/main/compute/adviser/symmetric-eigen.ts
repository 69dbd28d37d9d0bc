import type { Turns } from '../turns.ts'

const sweepsAtMost = 30
/** Of the squared length of the whole matrix: what is left off its diagonal then changes no value that is seen. */
const negligible = 1e-22

/**
 * Eigenvalues, [count], and eigenvectors, row-major [count, count] with one in each column, of a symmetric matrix, row-major [count, count]: Jacobi's method by
 * rows (Golub and Van Loan, "Matrix Computations", 8.5). A few hundred rows take about a second. Throws the signal's reason.
 */
export async function symmetricEigen(
  matrix: Float64Array,
  count: number,
  turns: Turns,
): Promise<{ readonly values: Float64Array; readonly vectors: Float64Array }> {
  const a = matrix.slice()
  // Transposed while it is worked on, so that a rotation turns two rows that lie in one piece each.
  const transposed = new Float64Array(count * count)
  for (let i = 0; i < count; i++) transposed[i * count + i] = 1
  const whole = a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < sweepsAtMost && offDiagonal(a, count) > negligible * whole; sweep++) {
    for (let p = 0; p < count - 1; p++) {
      await turns.give(false)
      for (let q = p + 1; q < count; q++) rotate(a, transposed, count, p, q)
    }
  }
  const vectors = new Float64Array(count * count)
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) vectors[j * count + i] = transposed[i * count + j] as number
  return { values: Float64Array.from({ length: count }, (_, i) => a[i * count + i] as number), vectors }
}

function offDiagonal(a: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) sum += 2 * (a[i * count + j] as number) ** 2
  return sum
}

/** Turns rows and columns p and q so that nothing is left where they cross. */
function rotate(a: Float64Array, transposed: Float64Array, count: number, p: number, q: number): void {
  const crossing = a[p * count + q] as number
  if (crossing === 0) return
  const tau = ((a[q * count + q] as number) - (a[p * count + p] as number)) / (2 * crossing)
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const cosine = 1 / Math.sqrt(1 + tangent * tangent)
  const sine = tangent * cosine
  for (let k = 0; k < count; k++) turn(a, p * count + k, q * count + k, cosine, sine)
  for (let k = 0; k < count; k++) turn(a, k * count + p, k * count + q, cosine, sine)
  for (let k = 0; k < count; k++) turn(transposed, p * count + k, q * count + k, cosine, sine)
}

function turn(values: Float64Array, first: number, second: number, cosine: number, sine: number): void {
  const [x, y] = [values[first] as number, values[second] as number]
  values[first] = cosine * x - sine * y
  values[second] = sine * x + cosine * y
}
