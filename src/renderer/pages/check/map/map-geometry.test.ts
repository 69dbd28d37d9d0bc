import { fc, test } from '@fast-check/vitest'
import { expect, test as plain } from 'vitest'
import { dotRadius, nearestPoint, pointTowards, pointsWithin, toCanvas, toMap, viewOfAll, withNeighbours, zoomed } from './map-geometry.ts'

const coordinate = fc.double({ min: -20, max: 20, noNaN: true })
const positions = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 })
  .map((points) => Float32Array.from(points.flat()))
const size = { width: 900, height: 600 }
const all = () => true

test.prop([positions])('a view of all shows every point', (points) => {
  const view = viewOfAll(points, size)
  for (let at = 0; at < points.length; at += 2) {
    const { x, y } = toCanvas({ x: points[at]!, y: points[at + 1]! }, view, size)
    expect(x >= 0 && x <= size.width && y >= 0 && y <= size.height).toBe(true)
  }
})

test.prop([positions, fc.double({ min: 0.2, max: 8, noNaN: true }), fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 600 })])(
  'what is under the pointer stays there while one zooms, and nobody gets lost further out than all',
  (points, by, x, y) => {
    const whole = viewOfAll(points, size)
    const close = zoomed(zoomed(whole, 3, { x: 10, y: 20 }, size, whole.scale), by, { x, y }, size, whole.scale)
    const before = toMap({ x, y }, zoomed(whole, 3, { x: 10, y: 20 }, size, whole.scale), size)
    const after = toMap({ x, y }, close, size)
    expect(Math.hypot(after.x - before.x, after.y - before.y) * close.scale).toBeLessThan(1e-6 * (1 + close.scale))
    expect(close.scale).toBeGreaterThanOrEqual(whole.scale)
  },
)

test.prop([positions, coordinate, coordinate, fc.double({ min: 0.1, max: 20, noNaN: true })])(
  'a square that is drawn holds exactly the points in it',
  (points, x, y, side) => {
    const line = [
      { x, y },
      { x: x + side, y },
      { x: x + side, y: y + side },
      { x, y: y + side },
    ]
    const inside = (point: number) => {
      const [px, py] = [points[point * 2]!, points[point * 2 + 1]!]
      return px > x && px < x + side && py > y && py < y + side
    }
    const edge = (point: number) =>
      [points[point * 2]! - x, points[point * 2]! - x - side, points[point * 2 + 1]! - y, points[point * 2 + 1]! - y - side].some(
        (far) => Math.abs(far) < 1e-6,
      )
    const found = new Set(pointsWithin(points, line, all))
    for (let point = 0; point * 2 < points.length; point++) if (!edge(point)) expect(found.has(point)).toBe(inside(point))
  },
)

plain('arrows lead to the nearest point in their direction, and nowhere at the edge', () => {
  const points = Float32Array.from([0, 0, 2, 0.1, 5, 0, 0, -3, -1, 4])
  expect(['ArrowRight', 'ArrowUp', 'ArrowDown', 'ArrowLeft'].map((key) => pointTowards(points, 0, key, all))).toEqual([1, 3, 4, null])
  expect(pointTowards(points, 0, 'ArrowRight', (point) => point !== 1)).toBe(2)
  expect(withNeighbours(points, 0, 2, all)).toEqual([0, 1, 3])
  expect([nearestPoint(points, { x: 1.8, y: 0 }, 1, all), nearestPoint(points, { x: 10, y: 10 }, 1, all)]).toEqual([1, null])
})

plain('dots are large where few are on a large canvas, small where many are, and grow when one comes closer', () => {
  const large = { width: 1400, height: 900 }
  expect([dotRadius(150, large, 1), dotRadius(50_000, large, 1)]).toEqual([7, 2.5])
  expect(dotRadius(2000, size, 1)).toBeLessThan(dotRadius(400, size, 1))
  expect(dotRadius(400, size, 1)).toBeLessThan(dotRadius(400, large, 1))
  expect(dotRadius(2000, size, 4)).toBeCloseTo(0.1 * Math.sqrt((900 * 600) / 2000) * 2)
})
