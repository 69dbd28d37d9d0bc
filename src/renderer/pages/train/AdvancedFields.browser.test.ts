import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
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
  await change(fields.querySelectorAll('input')[3]!, '12')
  expect([form.recipe.patience, form.wrong.has('shares'), shares()]).toEqual([12, true, ['50', '15', '15']])
  await change(field(trainWords.shareTrain), '70')
  expect([form.wrong.size, shares(), form.recipe.shares]).toEqual([0, ['70', '15', '15'], { train: 0.7, validation: 0.15, test: 0.15 }])
})
