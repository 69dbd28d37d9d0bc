import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { augmentationPresets } from '../../../main/contract/augmentation.ts'
import type { AskedRecipe, SeenLook } from '../../../main/contract/runs.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { augmentationWords as words } from '../../text/augmentation.ts'
import AugmentationFields from './AugmentationFields.svelte'

const plan = () => Promise.resolve({ problem: null, classes: [], parts: { train: 0, validation: 0, test: 0 }, toExtract: 0 })
const dot = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test('changes are chosen in words by keyboard, the photos are shown as they will be seen, and drawn again at a press', async () => {
  const asked: { recipe: AskedRecipe; draw?: number }[] = []
  const looks = (question: { recipe: AskedRecipe; draw?: number }) => {
    asked.push(question)
    return Promise.resolve<SeenLook[]>([{ hash: 'a'.repeat(64), name: `leaf ${asked.length}.jpg`, seen: dot }])
  }
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan, looks } })
  const form = studio.trainingForm
  const fields = show(withStudio(studio, AugmentationFields), { form })
  const field = (name: string, group: string = words.name) =>
    [...fields.querySelectorAll<HTMLLabelElement>(`[aria-label="${group}"] label`)].find((label) => label.textContent.trim() === name)!
  const picture = () => fields.querySelector('img')?.alt ?? null
  const press = (name: string) => [...fields.querySelectorAll('button')].find((button) => button.textContent.trim() === name)!

  // A recipe without changes asks for no pictures.
  expect([form.recipe.augmentation, picture(), asked.length]).toEqual([null, null, 0])
  field('Off').querySelector('input')!.focus()
  await userEvent.keyboard('{ArrowRight}')
  expect(form.recipe.augmentation).toEqual(augmentationPresets.usual)
  await vi.waitFor(() => expect(picture()).toBe('leaf 1.jpg'))
  expect(fields.textContent).toContain('mirrored, turned by up to 10°')

  press(words.again).focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(picture()).toBe('leaf 2.jpg'))
  expect(asked.map(({ draw }) => draw)).toEqual([1, 2])

  await userEvent.click(field('Custom'))
  await userEvent.click(field('A lot', 'Turn'))
  await userEvent.click(field('A little', 'Cover'))
  expect(form.recipe.augmentation).toEqual({ ...augmentationPresets.usual, rotate: 30, erase: 0.25 })
  await vi.waitFor(() => expect(asked.at(-1)?.recipe.augmentation).toMatchObject({ rotate: 30, erase: 0.25 }))

  // What does not change the pictures asks for none.
  const before = asked.length
  form.change({ epochs: 12 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(asked).toHaveLength(before)

  await userEvent.click(field('Off'))
  expect(form.recipe.augmentation).toBe(null)
})

test('looks are kept where the network looks once, and not where photos are changed while it learns', async () => {
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan, looks: () => Promise.resolve([]) } })
  const form = studio.trainingForm
  form.change({ augmentation: augmentationPresets.usual })
  const fields = show(withStudio(studio, AugmentationFields), { form })
  expect(fields.querySelector(`[aria-label="${words.variants}"]`)).not.toBe(null)
  await vi.waitFor(() => expect(fields.textContent).toContain(words.noPhotos))
  form.change({ mode: 'scratch' })
  await vi.waitFor(() => expect(fields.querySelector(`[aria-label="${words.variants}"]`)).toBe(null))
})
