import { expect, test } from 'vitest'
import { pauseWords } from './pause.ts'
import { trashWords } from './photos.ts'
import { sweepWords } from './sweeps.ts'

const repeats = { runs: ['a', 'b', 'c'], mean: 0.92, deviation: 0.02, low: 0.87, high: 0.97, worst: 0.9, best: 0.94, photos: 40 }

test('trainings with other seeds are told with the photos that measured them, and with an interval only where they differ', () => {
  expect(sweepWords.repeatsExact(repeats)).toBe(
    'test 92.0 %, on 40 test photos each, standard deviation 2.0, mean of all seeds 87.0 to 97.0 (95 %, t, n = 3)',
  )
  expect(sweepWords.repeatsExact({ ...repeats, deviation: 0, low: 0.92, high: 0.92 })).toBe(
    'test 92.0 %, on 40 test photos each; no spread to be seen among 3 trainings',
  )
})

test('a pause promises the same numbers only for the processor, and photos that cannot be deleted may be those of a paused training', () => {
  expect(pauseWords.pausedText(5)).toContain('on the processor, with the same engine')
  expect(pauseWords.resumeHint).not.toContain('same numbers')
  expect(pauseWords.keeps(1)).toBe('Pause keeps its 1 epoch. Cancel deletes the run with it.')
  expect(trashWords.kept(1)).toContain('A paused training counts too')
})
