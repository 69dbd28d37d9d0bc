import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { RateFinding } from '../../../main/contract/rate-finder.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { rateText, rateWords } from '../../text/rate-finder.ts'
import RateFinder from './RateFinder.svelte'

const plan = () => Promise.resolve({ problem: null, classes: [], parts: { train: 0, validation: 0, test: 0 }, toExtract: 0 })
const finding: RateFinding = {
  points: Array.from({ length: 40 }, (_, step) => {
    const smoothed = step < 20 ? 1 - step / 25 : 0.2 + (step - 20) / 10
    return { rate: 1e-6 * 10 ** (step / 7), loss: smoothed, smoothed }
  }),
  suggestion: { rate: 0.02, by: 'descent' },
}

function open(findRate: (input: unknown, options: { signal: AbortSignal }) => Promise<RateFinding>) {
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan, findRate } as never })
  const form = studio.trainingForm
  const shown = show(withStudio(studio, RateFinder), { form })
  const button = (name: string) => [...shown.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === name)
  return { form, shown, button }
}

test('a rate is looked for and taken with the keyboard, its plot is told, and it is gone once other settings change', async () => {
  const { form, shown, button } = open(() => Promise.resolve(finding))
  button(rateWords.find)!.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => shown.querySelector('svg[role=img]')?.getAttribute('aria-label')).toBe(rateWords.plot(finding))
  expect(shown.querySelector('[role=status]')?.textContent).toBe('0.02 suits these photos: there the loss falls fastest.')
  await userEvent.tab()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => form.recipe.learningRate).toBe(0.02)
  await expect.poll(() => button(rateWords.use(0.02))).toBe(undefined)
  expect(shown.querySelector('svg[role=img]')).not.toBe(null)
  form.change({ optimiser: 'sgd' })
  await expect.poll(() => shown.querySelector('svg[role=img]')).toBe(null)
})

test('a search can be ended, and what stands in its way is said', async () => {
  let asked: AbortSignal | undefined
  const waits = open((_, { signal }) => {
    asked = signal
    return new Promise(() => undefined)
  })
  await userEvent.click(waits.button(rateWords.find)!)
  await expect.poll(() => waits.button(rateWords.cancel)).not.toBe(undefined)
  await userEvent.click(waits.button(rateWords.cancel)!)
  expect(asked?.aborted).toBe(true)
  await expect.poll(() => waits.button(rateWords.find)).not.toBe(undefined)
  const fails = open(() => Promise.reject(new Error('no')))
  await userEvent.click(fails.button(rateWords.find)!)
  await expect.poll(() => fails.shown.querySelector('[role=alert]')).not.toBe(null)
})

test('rates are told as people write them', () => {
  expect([0.002, 0.0000051, 0.1, 3, 10].map(rateText)).toEqual(['0.002', '0.0000051', '0.1', '3', '10'])
})
