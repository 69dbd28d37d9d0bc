import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { usualShares } from '../../contract/runs.ts'
import type { Class } from '../../contract/labels.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { countUnits } from '../splits/assign-parts.ts'
import { testStudio } from '../testing/studio.ts'
import { classBalance } from './class-balance.ts'

const classes = (...counts: number[]): Class[] =>
  counts.map((images, position) => ({
    id: position + 1,
    name: `class ${position + 1}`,
    colour: '#0072b2',
    position,
    images,
    boundKey: null,
    key: null,
  }))

test('an even set is called even, and the largest class is what guessing reaches', () => {
  const { spread, unlabelled } = classBalance(250, classes(120, 100), [])
  expect(spread).toMatchObject({ evenness: 'even', largest: 1, smallest: 2, ratio: 1.2 })
  expect(spread?.largestShare).toBeCloseTo(120 / 220)
  expect(unlabelled).toBe(30)
})

test('the more photos the largest class has for each of the smallest, the more uneven', () => {
  const evenness = [150, 151, 400, 401, 1000, 1001].map((most) => classBalance(0, classes(100, most), []).spread?.evenness)
  expect(evenness).toEqual(['even', 'slightly-uneven', 'slightly-uneven', 'uneven', 'uneven', 'very-uneven'])
})

test('a class without photos is too few to train with, and not what the others are compared to', () => {
  const balance = classBalance(20, classes(10, 0, 10), [])
  expect(balance.classes.map(({ tooFewTo }) => tooFewTo)).toEqual(['measure', 'train', 'measure'])
  expect(balance.spread).toMatchObject({ evenness: 'even', ratio: 1 })
  expect(classBalance(10, classes(10, 0), []).spread).toBeNull()
})

test('enough to measure means that a perfect test proves two thirds, and one photo fewer in the test does not', () => {
  const { fewest } = classBalance(0, [], [])
  const testImages = Math.round(fewest.measure * usualShares.test)
  expect(wilsonInterval(testImages, testImages).low).toBeGreaterThanOrEqual(2 / 3)
  expect(wilsonInterval(testImages - 1, testImages - 1).low).toBeLessThan(2 / 3)
  const [few, enough] = classBalance(0, classes(fewest.measure - 1, fewest.measure), []).classes
  expect([few?.tooFewTo, enough?.tooFewTo]).toEqual(['measure', null])
})

const labelled = fc.array(fc.record({ classId: fc.integer({ min: 1, max: 3 }), groupId: fc.option(fc.integer({ min: 1, max: 6 })) }), {
  maxLength: 40,
})
test.prop([labelled])('photos that look nearly the same are counted as a split counts them', (images) => {
  const counts = [1, 2, 3].map((id) => images.filter(({ classId }) => classId === id).length)
  const pairs = Map.groupBy(
    images.flatMap(({ classId, groupId }) => (groupId === null ? [] : [{ groupId, classId }])),
    ({ groupId, classId }) => `${groupId} ${classId}`,
  )
  const grouped = [...pairs.values()].map((each) => ({ ...each[0]!, images: each.length }))
  const different = classBalance(images.length, classes(...counts), grouped).classes.map((each) => each.different)
  const units = countUnits(images.map((image, index) => ({ ...image, hash: String(index) })))
  expect(different).toEqual([1, 2, 3].map((id) => units.get(id) ?? 0))
})

test('an open project answers with its counts', async () => {
  const studio = await testStudio()
  await studio.client.project.create({ name: 'Health' })
  await studio.client.classes.add({ name: 'robin' })
  expect(await studio.client.health.balance()).toMatchObject({
    images: 0,
    unlabelled: 0,
    classes: [{ name: 'robin', images: 0, different: 0, tooFewTo: 'train', testImages: 0, provesAtLeast: 0 }],
    spread: null,
  })
  await studio.close()
})
