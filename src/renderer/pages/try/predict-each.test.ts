import { expect, test } from 'vitest'
import { StudioError } from '../../../main/contract/errors.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { predictEach } from './predict-each.ts'

const answer = (file: string): TryResult => ({ file, class: 'wasp', refusal: null, seen: null, probabilities: [] })

/** Refuses everything because of the first file that cannot be read, as the studio does. */
async function ask(files: readonly string[]): Promise<readonly TryResult[]> {
  const broken = files.find((file) => file.startsWith('broken'))
  if (broken !== undefined) throw new StudioError('PICTURE_UNREADABLE', { file: broken, reason: 'the file is empty' })
  return Promise.resolve(files.map(answer))
}

test('photos that cannot be read are named one by one, and the others are answered, each in its place', async () => {
  const outcomes = await predictEach(['a.jpg', 'broken1.jpg', 'b.jpg', 'c.jpg', 'broken2.jpg'], ask)
  expect(outcomes.map((outcome) => ('answer' in outcome ? outcome.answer.file : outcome.error.details['file']))).toEqual([
    'a.jpg',
    'broken1.jpg',
    'b.jpg',
    'c.jpg',
    'broken2.jpg',
  ])
  expect(outcomes.map((outcome) => 'answer' in outcome)).toEqual([true, false, true, true, false])
})

test('a failure that is not about one file is not asked again', async () => {
  let asked = 0
  const noRun = (): Promise<never> => {
    asked++
    return Promise.reject(new StudioError('RUN_NOT_FOUND', { run: 'x' }))
  }
  await expect(predictEach(['a.jpg', 'b.jpg'], noRun)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  expect(asked).toBe(1)
})
