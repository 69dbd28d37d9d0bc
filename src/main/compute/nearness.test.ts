import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nearnessOf, unitRows } from './nearness.ts'

interface Case {
  readonly learned: number
  readonly rows: number
  readonly dim: number
  readonly nearness: readonly number[]
}
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/nearness.json'), 'utf8')) as {
  readonly cases: readonly Case[]
}

/** The rows that reference/make_nearness_reference.py draws by the same formula. */
const drawnRows = (rows: number, dim: number, phase: number): Float32Array =>
  Float32Array.from({ length: rows * dim }, (_, at) => Math.sin(Math.floor(at / dim) * (12.9898 + 3.7 * (at % dim)) + phase) + 0.3)

test.each(reference.cases)('the cosine with the nearest of $learned rows is that of scikit-learn', ({ learned, rows, dim, nearness }) => {
  const found = nearnessOf(unitRows(drawnRows(rows, dim, 1.5), dim), unitRows(drawnRows(learned, dim, 0), dim), dim)
  expect(found).toHaveLength(rows)
  for (const [row, each] of found.entries()) expect(each).toBeCloseTo(nearness[row]!, 5)
})

test('a row of zeros is like nothing, and so is every row where nothing was learned from', () => {
  expect([...nearnessOf(unitRows(new Float32Array(4), 4), unitRows(drawnRows(3, 4, 0), 4), 4)]).toEqual([0])
  expect([...nearnessOf(unitRows(drawnRows(1, 4, 0), 4), new Float32Array(), 4)]).toEqual([-1])
})
