import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { cellShare, mixedClasses, nextCell, type Cell } from './confusion.ts'

const three = [
  [8, 0, 1],
  [0, 9, 0],
  [0, 0, 0],
]

test('classes that are mixed up are those with a photo beside the diagonal, in their row or their column', () => {
  expect(mixedClasses(three)).toEqual([0, 2])
  expect(mixedClasses([[3]])).toEqual([])
})

test('the heat of a cell is its share of the photos of its row', () => {
  expect(cellShare(three, [0, 2])).toBeCloseTo(1 / 9)
  expect(cellShare(three, [2, 2])).toBe(0)
})

test('up and down go to the nearest cell with photos of the next line that has one, left and right in the order of reading', () => {
  const all = [0, 1, 2]
  expect(nextCell(three, all, [0, 0], 'ArrowDown')).toEqual([1, 1])
  expect(nextCell(three, all, [1, 1], 'ArrowUp')).toEqual([0, 0])
  expect(nextCell(three, all, [0, 2], 'ArrowRight')).toEqual([1, 1])
  expect(nextCell(three, all, [1, 1], 'ArrowRight')).toBeNull()
  expect(nextCell(three, all, [0, 2], 'ArrowLeft')).toEqual([0, 0])
  expect(nextCell(three, all, [0, 0], 'Enter')).toBeNull()
  expect(nextCell(three, [0, 2], [0, 0], 'ArrowRight')).toEqual([0, 2])
})

property.prop([
  fc
    .integer({ min: 1, max: 6 })
    .chain((size) => fc.array(fc.array(fc.nat(1), { minLength: size, maxLength: size }), { minLength: size, maxLength: size })),
])('every cell with photos is reached with the arrow keys from the first one', (confusion) => {
  const shown = confusion.map((_, index) => index)
  const cells = confusion.flatMap((counts, row) => counts.flatMap((count, column): Cell[] => (count > 0 ? [[row, column]] : [])))
  const [first] = cells
  if (first === undefined) return
  const reached = new Set<string>()
  const open: Cell[] = [first]
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    if (reached.has(cell.join())) continue
    reached.add(cell.join())
    for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {
      const next = nextCell(confusion, shown, cell, key)
      if (next !== null) open.push(next)
    }
  }
  expect([...reached].sort()).toEqual(cells.map((cell) => cell.join()).sort())
})
