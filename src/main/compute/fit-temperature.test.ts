import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fitTemperature } from './fit-temperature.ts'
import { softmaxRow } from './head.ts'

interface Case {
  readonly rows: number
  readonly classes: number
  readonly scale: number
  readonly isCertain: boolean
  readonly temperature: number
  readonly lossBefore: number
  readonly lossAfter: number
}
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/temperature.json'), 'utf8')) as {
  readonly cases: readonly Case[]
}

/** The rows that reference/make_temperature_reference.py draws by the same formula. */
function drawnRows({ rows, classes: classCount, scale }: Pick<Case, 'rows' | 'classes' | 'scale'>) {
  const logits = new Float64Array(rows * classCount)
  const classes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const drawnAs = i % classCount
    classes[i] = i % 5 === 0 ? (drawnAs + 1) % classCount : drawnAs
    for (let c = 0; c < classCount; c++) logits[i * classCount + c] = scale * (Math.sin(i * (12.9898 + 3.7 * c)) + (c === drawnAs ? 1 : 0))
    softmaxRow(logits, i * classCount, classCount)
  }
  return { probabilities: Float32Array.from(logits), classes, classCount }
}

test.each(reference.cases)('finds the temperature that scipy finds: $rows rows, logits times $scale', (expected) => {
  const found = fitTemperature(drawnRows(expected))
  if (!expected.isCertain) return expect(found).toEqual({ state: 'fits', photos: expected.rows })
  const { temperature, lossBefore, lossAfter } = expected
  expect(found).toMatchObject({ state: 'tempered', photos: expected.rows, lossBefore: expect.closeTo(lossBefore, 5) as number })
  if (found.state !== 'tempered') return
  expect(found.temperature / temperature).toBeCloseTo(1, 2)
  expect(found.lossAfter).toBeCloseTo(lossAfter, 3)
})

test('with fewer than twenty photos nothing is changed, however wrong they say it is', () => {
  expect(fitTemperature(drawnRows({ rows: 19, classes: 2, scale: 9 }))).toEqual({ state: 'too few', photos: 19 })
})

test('photos that are all right do not make it as sure as the range allows', () => {
  const classes = Int32Array.from({ length: 60 }, (_, row) => row % 2)
  const probabilities = Float32Array.from({ length: 120 }, (_, at) => (at % 2 === Math.floor(at / 2) % 2 ? 0.8 : 0.2))
  const found = fitTemperature({ probabilities, classes, classCount: 2 })
  if (found.state !== 'tempered') throw new Error('it is surer than chance allows that 0.8 is too little')
  expect(found.temperature).toBeGreaterThan(0.25)
  expect(found.temperature).toBeLessThan(0.7)
})
