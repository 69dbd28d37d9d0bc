import { expect, test } from 'vitest'
import { usualShares } from '../../contract/runs.ts'
import type { Class } from '../../contract/labels.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
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

/** All of them look different, unless that is said. */
const balanceOf = (images: number, all: Class[], different = new Map(all.map((each) => [each.id, each.images]))) =>
  classBalance(images, all, different)

test('an even set is called even, and the largest class is what guessing reaches', () => {
  const { spread, unlabelled } = balanceOf(250, classes(120, 100))
  expect(spread).toMatchObject({ evenness: 'even', largest: 1, smallest: 2, ratio: 1.2 })
  expect(spread?.largestShare).toBeCloseTo(120 / 220)
  expect(unlabelled).toBe(30)
})

test('the more photos the largest class has for each of the smallest, the more uneven', () => {
  const evenness = [150, 151, 400, 401, 1000, 1001].map((most) => balanceOf(0, classes(100, most)).spread?.evenness)
  expect(evenness).toEqual(['even', 'slightly-uneven', 'slightly-uneven', 'uneven', 'uneven', 'very-uneven'])
})

test('a class without photos is too few to train with, and not what the others are compared to', () => {
  const balance = balanceOf(20, classes(10, 0, 10))
  expect(balance.classes.map(({ tooFewTo }) => tooFewTo)).toEqual(['measure', 'train', 'measure'])
  expect(balance.spread).toMatchObject({ evenness: 'even', ratio: 1 })
  expect(balanceOf(10, classes(10, 0)).spread).toBeNull()
})

test('enough to measure means that a perfect test proves two thirds, and one photo fewer in the test does not', () => {
  const { fewest } = balanceOf(0, [])
  const testImages = Math.round(fewest.measure * usualShares.test)
  expect(wilsonInterval(testImages, testImages).low).toBeGreaterThanOrEqual(2 / 3)
  expect(wilsonInterval(testImages - 1, testImages - 1).low).toBeLessThan(2 / 3)
  const [few, enough] = balanceOf(0, classes(fewest.measure - 1, fewest.measure)).classes
  expect([few?.tooFewTo, enough?.tooFewTo]).toEqual(['measure', null])
})

test('photos that look nearly the same count once towards what is too few', () => {
  const [burst, plenty] = balanceOf(
    200,
    classes(100, 100),
    new Map([
      [1, 2],
      [2, 100],
    ]),
  ).classes
  expect(burst).toMatchObject({ images: 100, different: 2, tooFewTo: 'train', testImages: 0 })
  expect(plenty).toMatchObject({ images: 100, different: 100, tooFewTo: null })
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
