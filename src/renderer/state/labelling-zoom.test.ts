import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { closest, moved, wholePhoto, zoomed, type View } from './labelling-zoom.ts'

const stage = { width: 800, height: 600 }
const inStage = fc.record({ x: fc.double({ min: 0, max: 800, noNaN: true }), y: fc.double({ min: 0, max: 600, noNaN: true }) })
const turn = fc.oneof(
  fc.record({ factor: fc.double({ min: 0.1, max: 10, noNaN: true }), at: inStage }),
  fc.record({ by: fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) }) }),
)

test.prop([fc.array(turn, { maxLength: 30 })])('however one zooms and pans, the photo covers its stage', (turns) => {
  let view: View = wholePhoto
  for (const each of turns) view = 'by' in each ? moved(view, each.by, stage) : zoomed(view, each.factor, each.at, stage)
  expect(view.scale).toBeGreaterThanOrEqual(1)
  expect(view.scale).toBeLessThanOrEqual(closest)
  expect(view.x).toBeLessThanOrEqual(0)
  expect(view.y).toBeLessThanOrEqual(0)
  expect(view.x + stage.width * view.scale).toBeGreaterThanOrEqual(stage.width - 1e-6)
  expect(view.y + stage.height * view.scale).toBeGreaterThanOrEqual(stage.height - 1e-6)
})

test.prop([inStage, fc.double({ min: 1, max: closest, noNaN: true })])(
  'what lies under the pointer stays there while zooming in',
  (at, factor) => {
    const view = zoomed(wholePhoto, factor, at, stage)
    expect((at.x - view.x) / view.scale).toBeCloseTo(at.x, 6)
    expect((at.y - view.y) / view.scale).toBeCloseTo(at.y, 6)
  },
)

test('zooming all the way out shows the whole photo again', () => {
  expect(zoomed(zoomed(wholePhoto, 5, { x: 700, y: 20 }, stage), 0.01, { x: 3, y: 500 }, stage)).toEqual({ scale: 1, x: 0, y: 0 })
})
