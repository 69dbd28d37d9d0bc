import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FeatureFile } from './feature-file.ts'
import { LearnedRows, nearnessIn, nearnessOf, unitRows } from './nearness.ts'

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

test('a row of zeros is like nothing', () => {
  expect([...nearnessOf(unitRows(new Float32Array(4), 4), unitRows(drawnRows(3, 4, 0), 4), 4)]).toEqual([0])
})

test('nothing is compared where no learned photo has features, and as soon as they are there it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-nearness-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = FeatureFile.open(join(folder, 'some.features'), 2)
  const hash = (digit: string): string => digit.repeat(64)
  const learned = { cache: { path: file.path, dim: 2 }, hashes: [hash('a'), hash('b')] }
  const kept = new LearnedRows()
  const nearness = () => nearnessIn(file, kept, learned, [hash('c'), hash('d')])
  file.append([{ hash: hash('c'), features: new Float32Array([2, 0]) }])
  expect(nearness()).toEqual([null, null])
  file.append([{ hash: hash('a'), features: new Float32Array([0, 1]) }])
  expect(nearness()).toEqual([0, null])
  file.append([{ hash: hash('b'), features: new Float32Array([3, 0]) }])
  expect(nearness()).toEqual([1, null])
})
