import { expect, test } from 'vitest'
import { followCurves } from './follow-curves.ts'
import { simulateClasses } from './simulated-classes-for-tests.ts'

const more = 20

/** As many photos of each of four classes, and what is forecast of the first one. */
async function follow(world: number, size: number, signal = new AbortController().signal) {
  const simulated = simulateClasses(world)
  const unitsOfClass = Array.from({ length: simulated.classCount }, () => size)
  const rows = simulated.draw(unitsOfClass)
  const photos = Array.from(rows.classes, (_, row) => ({ hash: String(row).padStart(6, '0') }))
  const told: number[][] = []
  const data = { ...rows, dim: simulated.dim, classCount: simulated.classCount }
  const curves = await followCurves({ data, photos, unitsOfClass, more, seed: 1, signal }, (done, total) => told.push([done, total]))
  return { simulated, rows, curves, told }
}

test('what photos bring is near its forecast, and inside of most intervals', { timeout: 120_000 }, async () => {
  const worlds = Array.from({ length: 12 }, (_, world) => 20_000 + world)
  let [forecast, brought, inside] = [0, 0, 0]
  for (const world of worlds) {
    const { simulated, rows, curves } = await follow(world, world % 2 === 0 ? 20 : 35)
    const { gain, low, high } = curves.classes[0]!
    const truth = await simulated.bring(rows, more)
    forecast += gain / worlds.length
    brought += truth / worlds.length
    if (low <= truth && truth <= high) inside += 1
  }
  expect(brought).toBeGreaterThan(0.03)
  expect(Math.abs(forecast - brought)).toBeLessThan(0.025)
  expect(inside).toBeGreaterThanOrEqual(10)
})

test('every class is followed, each head is told of, and the same photos give the same forecast', async () => {
  const first = await follow(7, 12)
  expect(first.curves.classes.map(({ classIndex }) => classIndex)).toEqual([0, 1, 2, 3])
  expect(first.curves.all).toMatchObject({ photos: 48, more: 48 })
  expect(first.curves.classes[0]!.measured).toHaveLength(4)
  const [, total] = first.told[0]!
  expect(first.told).toEqual(Array.from({ length: total! + 1 }, (_, done) => [done, total]))
  expect((await follow(7, 12)).curves).toEqual(first.curves)
})

test('ends when it is cancelled', async () => {
  const controller = new AbortController()
  controller.abort(new Error('cancelled'))
  await expect(follow(7, 60, controller.signal)).rejects.toThrow('cancelled')
})
