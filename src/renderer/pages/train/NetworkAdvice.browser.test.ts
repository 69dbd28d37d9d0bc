import { expect, test } from 'vitest'
import type { Advice } from '../../../main/contract/adviser.ts'
import { StudioError } from '../../../main/contract/errors.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { adviceWords as words } from '../../text/advice.ts'
import NetworkAdvice from './NetworkAdvice.svelte'

const interval = { accuracy: 0.93, low: 0.89, high: 0.95, n: 300 }
const known: Advice = {
  ...{ atMs: Date.now(), images: 300, labelsSince: 2 },
  scores: [{ backbone: 'lite0', probe: interval, neighbours: interval, logEvidence: 0.4, p: null, photosPerSecond: 90 }],
}

async function open(get: () => Promise<Advice | null>, images: number) {
  const asked: string[] = []
  const advise = () => {
    asked.push('advise')
    return Promise.reject(new StudioError('NO_LABELS', {}))
  }
  const classes = ['can', 'jar'].map((name, at) => ({ id: at + 1, name, colour: '#0072b2', key: String(at + 1), position: at, images }))
  const studio = studioForTests({ adviser: { get, advise }, classes: { list: () => Promise.resolve(classes) } })
  studio.start()
  await studio.classes.reload()
  return { page: show(withStudio(studio, NetworkAdvice), { advice: null }), asked }
}

test('says which network suits the photos, of how many, and how many labels came since', async () => {
  const { page } = await open(() => Promise.resolve(known), 50)
  await expect.poll(() => page.innerText).toContain('lite0 should get about 93 of 100 right.')
  expect(page.innerText).toContain('300 photos, just now, 2 labels since')
  expect(page.querySelector('button')?.innerText).toBe(words.again)
})

test('is one button before it was asked, and nothing where no two classes have photos enough', async () => {
  const { page, asked } = await open(() => Promise.resolve(null), 50)
  await expect.poll(() => page.querySelector('button')?.innerText).toBe(words.begin)
  page.querySelector('button')!.click()
  await expect.poll(() => asked).toEqual(['advise'])
  const few = await open(() => Promise.resolve(null), 4)
  expect(few.page.querySelector('button')).toBeNull()
})
