import { fc, test } from '@fast-check/vitest'
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { assignFolds, partSoleGroups, type RowToFold } from './assign-folds.ts'

const hashOf = (index: number) => createHash('sha256').update(`${index}`).digest('hex')
const rowSets = fc
  .array(fc.record({ classIndex: fc.nat(3), groupId: fc.option(fc.nat(5), { freq: 2 }) }), { minLength: 1, maxLength: 80 })
  .map((rows) => rows.map((row, index): RowToFold => ({ ...row, hash: hashOf(index) })))
const folds = fc.integer({ min: 2, max: 10 })
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })

test.prop([rowSets, folds, seeds])('rows of one group are judged by the same head', (rows, count, seed) => {
  const foldOf = assignFolds(rows, count, seed)
  for (const own of Map.groupBy(rows.keys(), (row) => rows[row]!.groupId ?? rows[row]!.hash).values())
    expect(new Set(own.map((row) => foldOf[row])).size).toBe(1)
  expect(foldOf.every((fold) => fold >= 0 && fold < count)).toBe(true)
})

test.prop([rowSets, folds, seeds])(
  'each class of single rows is spread evenly: no fold has two more of it than another',
  (rows, count, seed) => {
    const single = rows.map((row) => ({ ...row, groupId: null }))
    const foldOf = assignFolds(single, count, seed)
    for (const own of Map.groupBy(single.keys(), (row) => single[row]!.classIndex).values()) {
      const sizes = Array.from({ length: count }, (_, fold) => own.filter((row) => foldOf[row] === fold).length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }
  },
)

test.prop([rowSets])('only a class that lies in one group alone is taken out of it', (rows) => {
  const parted = partSoleGroups(rows)
  for (const own of Map.groupBy(rows.keys(), (row) => rows[row]!.classIndex).values()) {
    const [first] = own.map((row) => rows[row]!.groupId)
    const isSole = first !== null && own.every((row) => rows[row]!.groupId === first)
    for (const row of own) expect(parted[row]).toEqual(isSole ? { ...rows[row], groupId: null } : rows[row])
  }
})

test.prop([rowSets, folds, seeds, fc.infiniteStream(fc.nat())])(
  'folds depend on seed and hashes, not on the order of the rows',
  (rows, count, seed, random) => {
    const before = assignFolds(rows, count, seed)
    const foldOfHash = new Map(rows.map(({ hash }, row) => [hash, before[row]]))
    const shuffled = rows
      .map((row) => ({ row, at: random.next().value }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ row }) => row)
    expect([...assignFolds(shuffled, count, seed)]).toEqual(shuffled.map(({ hash }) => foldOfHash.get(hash)))
  },
)
