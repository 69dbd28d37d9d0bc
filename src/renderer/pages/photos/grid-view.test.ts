import { beforeEach, expect, test, vi } from 'vitest'
import { GridView } from './grid-view.svelte.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => void vi.useRealTimers()
})

/** 100,000 photos, six in a row of 106 px, on a screen of 600 px. */
function hundredThousand() {
  const at = { size: 100 }
  const view = new GridView(
    () => 100_000,
    () => at.size,
  )
  view.widthPx = 630
  view.heightPx = 600
  return { view, at }
}

test('only what is on screen exists, with two rows around it', () => {
  const { view } = hundredThousand()
  expect([view.layout.columns, view.first, view.last]).toEqual([6, 0, 8 * 6 - 1])
  view.scrolled(1060, 0)
  expect([view.firstRow, view.lastRow, view.first]).toEqual([8, 17, 48])
  view.scrolled(10 ** 9, 1000)
  expect(view.last).toBe(99_999)
})

test('a leap to the end shows photos at once', () => {
  const { view } = hundredThousand()
  view.scrolled(500_000, 1000)
  expect([view.isFlying, view.hasPicture(view.first)]).toEqual([false, true])
})

test('a flight past thousands of photos loads none of them, and those where it ends', () => {
  const { view } = hundredThousand()
  for (let frame = 1; frame <= 10; frame++) view.scrolled(frame * 2000, frame * 16)
  expect([view.isFlying, view.hasPicture(view.first)]).toEqual([true, false])
  vi.advanceTimersByTime(100)
  expect([view.isFlying, view.hasPicture(view.first)]).toEqual([false, true])
})

test('a flight that slows down shows photos before it has come to rest', () => {
  const { view } = hundredThousand()
  for (let frame = 1; frame <= 10; frame++) view.scrolled(frame * 2000, frame * 16)
  view.scrolled(20_040, 176)
  expect(view.isFlying).toBe(false)
})

test('a turn of the wheel is no flight', () => {
  const { view } = hundredThousand()
  for (let frame = 1; frame <= 60; frame++) view.scrolled(frame * 60, frame * 16)
  expect(view.isFlying).toBe(false)
})

test('photos that are there when a flight begins stay as long as they are on screen', () => {
  const { view } = hundredThousand()
  view.scrolled(0, 0)
  view.scrolled(300, 16)
  view.scrolled(600, 32)
  expect([view.isFlying, view.hasPicture(30), view.hasPicture(view.last)]).toEqual([true, true, false])
})

test('the photo at the upper edge stays there while squares change their size, to and fro', () => {
  const { view, at } = hundredThousand()
  view.scrolled(106 * 50, 0)
  for (const size of [130, 200, 320, 150, 100]) {
    at.size = size
    // A browser sizes the content anew, which is how the view learns of it.
    view.widthPx = 630 + (view.widthPx === 630 ? 0.001 : 0)
    const top = view.keepAnchor()
    expect(Math.floor((top ?? view.topPx) / view.layout.rowPx)).toBe(Math.floor(300 / view.layout.columns))
    if (top !== null) view.scrolled(top, 1000)
  }
})

test('a photo is brought on screen by the shortest way', () => {
  const { view } = hundredThousand()
  view.scrolled(1060, 0)
  expect([view.topToSee(60), view.topToSee(0), view.topToSee(6 * 20)]).toEqual([null, 0, 20 * 106 + 100 - 600])
})

test('no two photos on screen share a square, wherever it is scrolled to', () => {
  const { view } = hundredThousand()
  for (let top = 0; top < 3000; top += 7) {
    view.scrolled(top, top * 100)
    expect(new Set(view.places.map((place) => place % view.squares)).size).toBe(view.places.length)
  }
})

test('what lies around the screen comes beside what is on it, and ends where the photos end', () => {
  const { view } = hundredThousand()
  expect([view.inSight.at(-1), view.around(3)[0], view.around(3).at(-1)]).toEqual([35, 36, 50])
  view.scrolled(10 ** 9, 0)
  const [first] = view.inSight
  expect([view.inSight.at(-1), view.around(3).at(0), view.around(3).at(-1)]).toEqual([99_999, view.first - 3, first! - 1])
})
