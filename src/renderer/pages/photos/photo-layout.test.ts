import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import {
  boxBetween,
  boxOf,
  copyFor,
  drawnPx,
  edgeScroll,
  gapPx,
  isUnder,
  layOut,
  placesOfRows,
  rowsSeen,
  spansUnder,
} from './photo-layout.ts'

const layouts = fc
  .record({ total: fc.integer({ min: 1, max: 300 }), width: fc.integer({ min: 90, max: 1700 }), size: fc.integer({ min: 96, max: 320 }) })
  .map(({ total, width, size }) => layOut(total, width, size))
const points = fc.record({ x: fc.integer({ min: -50, max: 1800 }), y: fc.integer({ min: -50, max: 9000 }) })

test.prop([fc.integer({ min: 90, max: 3000 }), fc.integer({ min: 96, max: 320 })])(
  'rows fill the width, and no square is larger than asked for',
  (width, size) => {
    const { columns, cellPx } = layOut(1000, width, size)
    expect(columns * cellPx + (columns - 1) * gapPx).toBeCloseTo(width, 6)
    expect(cellPx).toBeLessThanOrEqual(size)
  },
)

test.prop([layouts, points, points])('a band lies over exactly the photos whose squares it touches', (layout, from, to) => {
  const box = boxBetween(from, to)
  const under = spansUnder(layout, box).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
  const touched = Array.from({ length: layout.total }, (_, place) => place).filter((place) => isUnder(layout, box, place))
  expect(under).toEqual(touched)
})

test.prop([layouts, fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 1200 })])(
  'every photo that is seen is drawn',
  (layout, top, height) => {
    const { first, last } = placesOfRows(layout, rowsSeen(layout, top, height, 0))
    for (let place = 0; place < layout.total; place++) {
      const box = boxOf(layout, place)
      if (box.bottom > top && box.top < top + height) expect([first <= place, place <= last]).toEqual([true, true])
    }
  },
)

test('a grid of 100,000 photos in one column stays below what a browser can lay out', () => {
  expect(layOut(100_000, 320, 320).heightPx).toBeLessThan(2 ** 25)
})

test('a drag scrolls near the edges only, faster beyond them, and never too fast to stop', () => {
  expect([edgeScroll(300, 600), edgeScroll(40, 600), edgeScroll(560, 600)]).toEqual([0, 0, 0])
  expect([edgeScroll(20, 600), edgeScroll(590, 600), edgeScroll(-500, 600), edgeScroll(5000, 600)]).toEqual([-10, 15, -32, 32])
})

test('a photo is drawn from the file that has the pixels', () => {
  const photo = { widthPx: 500, heightPx: 375 }
  // Its thumbnail is half as large: 187 px on the short side.
  expect([copyFor(photo, 136), copyFor(photo, 200), copyFor(photo, 320)]).toEqual(['thumbnail', 'thumbnail', 'working-copy'])
  expect(copyFor({ widthPx: 4000, heightPx: 3000 }, 272)).toBe('working-copy')
  // A photo that is small itself has nothing better.
  expect(copyFor({ widthPx: 200, heightPx: 200 }, 320)).toBe('thumbnail')
})

test('a small photo is not blown up to fill its square', () => {
  expect([drawnPx({ widthPx: 32, heightPx: 40 }, 136), drawnPx({ widthPx: 500, heightPx: 375 }, 136)]).toEqual([64, 136])
})
