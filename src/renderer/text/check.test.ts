import { expect, test } from 'vitest'
import type { ClassBalance, ClassCount } from '../../main/contract/health.ts'
import { checkWords } from './check.ts'

const fewest = { train: 3, measure: 54 }
const cat: ClassCount = {
  id: 1,
  name: 'cat',
  colour: '#0072b2',
  images: 2,
  different: 2,
  tooFewTo: 'train',
  testImages: 0,
  provesAtLeast: 0,
}
const dog: ClassCount = { ...cat, id: 2, name: 'dog', images: 400, different: 390, tooFewTo: null, testImages: 58, provesAtLeast: 0.938 }
const spread: NonNullable<ClassBalance['spread']> = { evenness: 'very-uneven', largest: 2, smallest: 1, ratio: 200, largestShare: 0.995 }
const { note, said } = checkWords.balance

test('each class says whether its photos are enough, and what is missing', () => {
  expect([
    note(cat, fewest),
    note({ ...cat, images: 0, different: 0 }, fewest),
    note({ ...cat, images: 9 }, fewest),
    note({ ...cat, images: 20, different: 20, tooFewTo: 'measure', testImages: 3, provesAtLeast: 0.438 }, fewest),
    note(dog, fewest),
  ]).toEqual([
    'Too few to train: 2; at least 3 are needed',
    'None yet: training needs at least 3',
    'Too few to train: 2 that look different, of 9; at least 3 are needed',
    'Training can start, few to know how good it is: about 3 photos are kept for the test, and all of them right would prove only 43 of 100 right. 54 photos prove more',
    'Enough: about 58 photos are kept for the test, and all of them right would prove 93 of 100 right',
  ])
})

test('what is uneven is said in photos, with what helps', () => {
  const balance: ClassBalance = { images: 402, unlabelled: 0, classes: [cat, dog], fewest, spread }
  expect(said(balance)).toEqual([
    'Very uneven. For each photo of cat there are 200 of dog. cat will hardly be answered: add photos of it before you train.',
    'A network that always answers dog would be right for nearly all photos: learning shows only above that.',
  ])
  expect(said({ ...balance, spread: { ...spread, evenness: 'slightly-uneven', ratio: 2.26, largestShare: 0.69 } })[0]).toBe(
    'A little uneven, which seldom hurts. For each photo of cat there are 2.3 of dog.',
  )
  expect(said({ ...balance, spread: null })).toEqual([])
})
