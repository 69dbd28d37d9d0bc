import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { rareClassesText, trainWords } from '../../text/train.ts'
import TrainForm from './TrainForm.svelte'

const backbone = {
  id: 'mobilenet-v2-035',
  name: 'MobileNetV2 0.35',
  plainName: 'Fast',
  description: 'Three times as fast',
  licence: 'Apache-2.0',
  parameters: 1,
  inputSizePx: 224,
  featureDim: 1280,
  megaMacs: 59,
  sizeBytes: 1,
  state: 'ready',
  isDefault: true,
  onDemand: false,
  place: 'catalogue',
  origin: [],
}

/** The form before these runs, of a project whose classes have so many photos. */
async function openForm(runs: readonly RunSummary[], images: readonly number[], start?: () => Promise<{ runId: string; jobId: string }>) {
  const classes = images.map((count, index) => ({ name: `class ${index + 1}`, images: count }))
  const plan = { problem: null, classes, parts: { train: 70, validation: 15, test: 15 }, toExtract: 0 }
  const studio = studioForTests({
    runs: {
      list: () => Promise.resolve([...runs]),
      plan: () => Promise.resolve(plan),
      forecast: () => Promise.resolve({ seconds: 12 }),
      ...(start === undefined ? {} : { start }),
    },
    backbones: { list: () => Promise.resolve([backbone]) },
  })
  await Promise.all([studio.runs.reload(), studio.backbones.reload()])
  const form = studio.trainingForm
  const shown = show(withStudio(studio, TrainForm), { form, hasRuns: runs.length > 0 })
  await form.plan.reload()
  return { form, shown }
}

test('a run that was trained just like this is named, until a setting differs', async () => {
  const { form, shown } = await openForm([runForTests(3, {}, { backbone: backbone.id })], [50, 50])
  await expect.poll(() => shown.textContent).toContain(trainWords.sameAs(3))
  form.change({ seed: 7 })
  await expect.poll(() => shown.textContent).not.toContain(trainWords.sameAs(3))
})

test('a class with far fewer photos than another is named before it is trained', async () => {
  const { shown } = await openForm([], [90, 4])
  await expect
    .poll(() => shown.querySelector('[role=note]')?.textContent)
    .toBe(
      rareClassesText([
        { name: 'class 1', images: 90 },
        { name: 'class 2', images: 4 },
      ]),
    )
  const even = await openForm([], [90, 40])
  await expect.poll(() => even.shown.querySelector('[data-testid=forecast]')).not.toBeNull()
  expect(even.shown.querySelector('[role=note]')).toBeNull()
})

test('the button keeps the focus while it starts, and starts no second training meanwhile', async () => {
  let asked = 0
  const start = () => {
    asked += 1
    return new Promise<never>(() => undefined)
  }
  const { shown } = await openForm([], [50, 50], start)
  const button = shown.querySelector<HTMLButtonElement>('button[type=submit]')!
  await expect.poll(() => button.disabled).toBe(false)
  button.focus()
  await userEvent.keyboard('{Enter}{Enter}')
  expect([asked, document.activeElement]).toEqual([1, button])
})
