import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { namedRecipes } from '../../../main/contract/named-recipes.ts'
import type { AskedRecipe } from '../../../main/contract/runs.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { recipeWords } from '../../text/recipes.ts'
import RecipeChoice from './RecipeChoice.svelte'

const plan = () => Promise.resolve({ problem: null, classes: [], parts: { train: 0, validation: 0, test: 0 }, toExtract: 0 })

function open() {
  const measured: boolean[] = []
  const forecast = ({ recipe, measure = true }: { recipe: AskedRecipe; measure?: boolean }) => {
    measured.push(measure)
    return Promise.resolve({ seconds: { head: 2, 'fine-tune': 40, scratch: null }[recipe.mode] })
  }
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan, forecast } })
  const form = studio.trainingForm
  let customs = 0
  const shown = show(withStudio(studio, RecipeChoice), { form, oncustom: () => (customs += 1) })
  const radio = (name: keyof typeof recipeWords.names) =>
    [...shown.querySelectorAll('label')].find((label) => label.querySelector('b')?.textContent === recipeWords.names[name])!
  const chosen = () => shown.querySelector('input:checked')?.closest('label')?.querySelector('b')?.textContent
  return { form, radio, chosen, measured, customs: () => customs }
}

test('a recipe is chosen by the arrow keys, with all its settings, and is custom once one of them is changed', async () => {
  const { form, radio, chosen, customs } = open()
  expect(chosen()).toBe('Quick')
  form.change({ seed: 7, learningRate: 0.01 })
  await expect.poll(chosen).toBe('Custom')
  radio('quick').querySelector('input')!.click()
  radio('quick').querySelector('input')!.focus()
  await expect.poll(chosen).toBe('Quick')
  expect([form.recipe.learningRate, form.recipe.seed]).toEqual([0.001, 7])
  await userEvent.keyboard('{ArrowDown}')
  await expect.poll(chosen).toBe('Thorough')
  expect(form.recipe).toMatchObject({ ...namedRecipes.thorough, seed: 7 })
  await userEvent.keyboard('{ArrowDown}{ArrowDown}')
  await expect.poll(chosen).toBe('Custom')
  // What was chosen before is where one goes on from.
  expect([form.recipe.mode, customs()]).toEqual(['scratch', 1])
})

test('each recipe says how long it takes, where that is known without measuring it', async () => {
  const { form, radio, measured } = open()
  await form.forecasts.reload()
  await expect.poll(() => radio('thorough').querySelector('.time')?.textContent).toBe('about 40 s')
  expect(radio('quick').querySelector('.time')?.textContent).toBe('about 2 s')
  expect(radio('scratch').querySelector('.time')).toBe(null)
  expect(measured).toEqual([false, false, false])
})
