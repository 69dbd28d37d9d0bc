import { expect, test } from 'vitest'
import { StudioError } from '../../../../main/contract/errors.ts'
import type { ClassBalance } from '../../../../main/contract/health.ts'
import type { LearningCurve } from '../../../../main/contract/learning-curve.ts'
import { show } from '../../../testing/show.ts'
import { studioForTests, withStudio } from '../../../testing/studio-for-tests.ts'
import { morePhotosWords as words } from '../../../text/more-photos.ts'
import GainPanel from './GainPanel.svelte'

const names = ['can', 'bottle', 'jar']
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}
const balance = (different: number): ClassBalance => ({
  images: 3 * different,
  unlabelled: 0,
  classes: names.map((name, at) => ({
    ...{ id: at + 1, name, colour: '#0072b2', images: different, different },
    ...{ tooFewTo: null, testImages: 5, provesAtLeast: 0.5 },
  })),
  fewest: { train: 3, measure: 30 },
  spread: null,
})
const gain = (now: number, points: number) => ({
  ...{ photos: 30, more: 20, now, gain: points, low: points - 0.02, high: points + 0.02 },
  measured: [],
})
const curve: LearningCurve = {
  ...{ atMs: Date.now(), backbone: 'b', leftOut: ['lid'], labelsSince: 4 },
  all: { ...gain(0.8, 0.05), more: 90 },
  classes: [
    { classId: 2, ...gain(0.7, 0.06) },
    { classId: 1, ...gain(0.9, 0.001) },
  ],
}

function openPanel(get: () => Promise<LearningCurve | null>, different = 30) {
  const begun: string[] = []
  const measure = () => {
    begun.push('learning-curve')
    return Promise.reject(new StudioError('TOO_FEW_TO_CHECK', { classes: 1, needed: 8 }))
  }
  const studio = studioForTests({ learningCurve: { get, measure } })
  studio.start()
  return { page: show(withStudio(studio, GainPanel), { balance: balance(different) }), begun }
}

test('says what photos would bring, class by class, how sure that is, and what is not told', async () => {
  const { page } = openPanel(() => Promise.resolve(curve))
  await until(() => page.innerText.includes('jar') || page.innerText.includes('bottle'))
  const rows = [...page.querySelectorAll('tbody tr')].map((row) => (row as HTMLElement).innerText.replace(/\s+/g, ' ').trim())
  expect(rows).toEqual(['bottle 70 of 100 6 more of 100 (4 to 8)', 'can 90 of 100 hardly anything (0 to 2)'])
  expect(page.innerText).toContain(
    'With twice as many photos of every class, about 85 of 100 new photos would be right instead of 80: 5 more (3 to 7).',
  )
  expect(page.innerText).toContain('4 labels since')
  expect(page.innerText).toContain(words.notFollowed(1))
  expect(page.innerText).toContain('lid has fewer than 8 photos')
  expect(page.querySelector('svg')?.getAttribute('aria-label')).toBe('70 of 100 right now, then 76')
})

test('begins with what it does and one button, which is not there where there are too few photos', async () => {
  const { page, begun } = openPanel(() => Promise.resolve(null))
  await until(() => page.innerText.includes(words.beginText))
  page.querySelector('button')!.click()
  await until(() => begun.length === 1)
  const few = openPanel(() => Promise.resolve(null), 7)
  await until(() => few.page.innerText.includes(words.tooFew(8)))
  expect(few.page.querySelector('button')).toBe(null)
})
