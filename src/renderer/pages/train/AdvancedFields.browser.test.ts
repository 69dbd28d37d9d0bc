import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { learnsWords } from '../../text/recipes.ts'
import { stepsWords } from '../../text/steps.ts'
import { trainWords } from '../../text/train.ts'
import AdvancedFields from './AdvancedFields.svelte'

const plan = () => Promise.resolve({ problem: null, classes: [], parts: { train: 0, validation: 0, test: 0 }, toExtract: 0 })

test('shares that do not make 100 stay as they were typed while other settings change, and are taken once they do', async () => {
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan } })
  const form = studio.trainingForm
  const fields = show(withStudio(studio, AdvancedFields), { form })
  const field = (name: string) => fields.querySelector<HTMLInputElement>(`[aria-label="${name}"]`)!
  const change = async (input: HTMLInputElement, value: string) => {
    await userEvent.fill(input, value)
    await userEvent.tab()
  }
  const shares = () => [trainWords.shareTrain, trainWords.shareValidation, trainWords.shareTest].map((name) => field(name).value)
  await change(field(trainWords.shareTrain), '50')
  expect([form.wrong.has('shares'), shares()]).toEqual([true, ['50', '15', '15']])
  await change(fields.querySelectorAll<HTMLInputElement>('input[type=number]')[3]!, '12')
  expect([form.recipe.patience, form.wrong.has('shares'), shares()]).toEqual([12, true, ['50', '15', '15']])
  await change(field(trainWords.shareTrain), '70')
  expect([form.wrong.size, shares(), form.recipe.shares]).toEqual([0, ['70', '15', '15'], { train: 0.7, validation: 0.15, test: 0.15 }])
})

test('the settings of a second phase are asked for where there is one, and one that is no longer deeper follows the first', async () => {
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan } })
  const form = studio.trainingForm
  form.change({ mode: 'fine-tune' })
  const fields = show(withStudio(studio, AdvancedFields), { form })
  const field = (name: string) =>
    [...fields.querySelectorAll('label')].find((label) => label.textContent?.trim() === name)?.querySelector('input') ?? null
  const change = async (name: string, value: string) => {
    await userEvent.fill(field(name)!, value)
    await userEvent.tab()
  }
  expect(field(learnsWords.deeperEpochs)).toBe(null)
  await userEvent.click(field(learnsWords.deeperTwice(8))!)
  expect([form.recipe.deeperBlocks, field(learnsWords.deeperEpochs)?.value]).toEqual([8, '10'])
  await change(learnsWords.blocks, '9')
  expect([form.recipe.blocks, form.recipe.deeperBlocks, form.wrong.size]).toEqual([9, 18, 0])
  await change(learnsWords.deeperBlocks, '9')
  expect([form.recipe.deeperBlocks, form.wrong.has('deeperBlocks')]).toEqual([18, true])
  expect(fields.querySelector('[role="alert"]')?.textContent).toBe(trainWords.fromTo(10, 100, true))
  await change(learnsWords.deeperBlocks, '12')
  await change(learnsWords.deeperRate, '0.5')
  expect([form.recipe.deeperBlocks, form.recipe.deeperRate, form.wrong.size]).toEqual([12, 0.5, 0])
  await userEvent.click(field(learnsWords.deeperNo)!)
  expect([form.recipe.deeperBlocks, field(learnsWords.deeperEpochs)]).toEqual([0, null])
})

test('how steps are chosen can be changed, and weight decay is asked for where weights decay', async () => {
  const studio = studioForTests({ runs: { list: () => Promise.resolve([]), plan } })
  const form = studio.trainingForm
  const fields = show(withStudio(studio, AdvancedFields), { form })
  const field = (name: string) =>
    [...fields.querySelectorAll('label')].find((label) => label.textContent?.trim() === name)?.querySelector('input') ?? null
  const change = async (name: string, value: string) => {
    await userEvent.fill(field(name)!, value)
    await userEvent.tab()
  }
  expect(field(stepsWords.weightDecay)).toBe(null)
  await userEvent.click(field('AdamW')!)
  expect([form.recipe.optimiser, form.recipe.weightDecay, field(stepsWords.weightDecay)?.value]).toEqual(['adamw', 0.01, '0.01'])
  await change(stepsWords.weightDecay, '2')
  expect([form.recipe.weightDecay, fields.querySelector('[role="alert"]')?.textContent]).toEqual([0.01, trainWords.fromTo(0, 1, false)])
  await change(stepsWords.weightDecay, '0.2')
  await userEvent.click(field('SGD')!)
  expect([form.recipe.optimiser, form.recipe.weightDecay]).toEqual(['sgd', 0.2])
  await userEvent.click(field('Adam')!)
  expect([form.recipe.weightDecay, field(stepsWords.weightDecay), form.wrong.size]).toEqual([0, null, 0])
  await userEvent.click(field('One cycle')!)
  await change(stepsWords.labelSmoothing, '0.1')
  await userEvent.click(field('Count more')!)
  expect([form.recipe.schedule, form.recipe.labelSmoothing, form.recipe.classWeights]).toEqual(['one-cycle', 0.1, 'balanced'])
  expect(fields.textContent).toContain('Patience may end it on the way')
  await change(trainWords.patience, '0')
  expect(fields.textContent).not.toContain('Patience may end it on the way')
})
