import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drawRows } from '../draw-rows-for-tests.ts'
import { FeatureFile } from '../feature-file.ts'
import { makeRandom } from '../random.ts'
import { Turns } from '../turns.ts'
import { gramMatrix, isometricRows } from './gram-matrix.ts'
import { logEvidence } from './log-evidence.ts'
import { countNeighboursRight } from './nearest-neighbours.ts'
import reference from './reference/log-evidence.json' with { type: 'json' }
import { scoreFeatures } from './score-features.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

const signal = new AbortController().signal
const turns = () => new Turns(signal)

describe('the evidence of features', () => {
  test.each(reference.cases)('is what a general optimiser finds: $rows rows, $dim features, $classes classes', async (wanted) => {
    const { features, classes } = drawRows(wanted.rows, wanted.dim, wanted.classes)
    const found = await logEvidence(gramMatrix(features, wanted.dim), classes, { classCount: wanted.classes, dim: wanted.dim }, turns())
    expect(found).toBeCloseTo(wanted.logEvidence, 4)
  })
})

test('eigenvalues and eigenvectors make the matrix again, and the vectors are orthonormal', async () => {
  const count = 24
  const gram = gramMatrix(drawRows(count, 40, 3).features, 40)
  const { values, vectors } = await symmetricEigen(gram, count, turns())
  const product = (row: number, other: number, weight: (i: number) => number) =>
    values.reduce((sum, _, i) => sum + vectors[row * count + i]! * weight(i) * vectors[other * count + i]!, 0)
  for (let row = 0; row < count; row++) {
    for (let other = 0; other < count; other++) {
      expect(product(row, other, (i) => values[i]!)).toBeCloseTo(gram[row * count + other]!, 8)
      expect(product(row, other, () => 1)).toBeCloseTo(row === other ? 1 : 0, 10)
    }
  }
})

test('rows in as many dimensions as there are have the same inner products, also where one is there twice', () => {
  const { features } = drawRows(12, 40, 3)
  features.copyWithin(0, 40, 80)
  const gram = gramMatrix(features, 40)
  const { rows, dim } = isometricRows(gram, 12)
  expect(dim).toBe(12)
  for (const [at, value] of gramMatrix(rows, dim).entries()) expect(value).toBeCloseTo(gram[at]!, 3)
})

test('the nearest of other rows say the class: of two tight classes all are right, of a row that lies among another class none', () => {
  const angles = [0, 0.01, 0.02, 0.03, 1.5, 1.51, 1.52, 1.53, 1.54]
  const features = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]))
  const classes = Int32Array.from(angles, (angle) => (angle < 1 ? 0 : 1))
  expect(countNeighboursRight(features, 2, classes)).toBe(9)
  classes[8] = 0
  expect(countNeighboursRight(features, 2, classes)).toBe(8)
})

describe('scores of features', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-score-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const dim = 48
  const perClass = 20

  /** Three classes whose features are this far apart, in a file. */
  function writeFeatures(apart: number) {
    const random = makeRandom(7)
    const file = FeatureFile.open(join(folder, `${apart}.features`), dim)
    const rows = Array.from({ length: 3 * perClass }, (_, at) => ({
      hash: createHash('sha256').update(String(at)).digest('hex'),
      classIndex: at % 3,
    }))
    file.append(
      rows.map(({ hash, classIndex }) => ({
        hash,
        features: Float32Array.from({ length: dim }, (_, j) => random() - 0.5 + (j % 3 === classIndex ? apart : 0)),
      })),
    )
    return { file, rows }
  }
  async function score(apart: number) {
    const { file, rows } = writeFeatures(apart)
    return scoreFeatures(file, { cache: { path: '', dim }, classCount: 3, rows, seed: 1 }, signal)
  }
  const count = (right: readonly boolean[]) => right.filter(Boolean).length

  test('are higher in every way the further apart the classes are, and chance where they are not apart', async () => {
    const [none, some, far] = [await score(0), await score(0.15), await score(1)]
    expect(count(none.probeRight)).toBeLessThan(35)
    expect(count(some.probeRight)).toBeGreaterThan(count(none.probeRight))
    expect(count(far.probeRight)).toBe(60)
    expect(far.neighboursRight).toBe(60)
    expect(none.neighboursRight).toBeLessThan(35)
    expect(far.logEvidence).toBeGreaterThan(some.logEvidence)
    expect(some.logEvidence).toBeGreaterThan(none.logEvidence)
  })

  test('are not asked for any longer once they are cancelled', async () => {
    const { file, rows } = writeFeatures(1)
    const cancelled = AbortSignal.abort(new Error('cancelled'))
    await expect(scoreFeatures(file, { cache: { path: '', dim }, classCount: 3, rows, seed: 1 }, cancelled)).rejects.toThrow('cancelled')
  })
})
