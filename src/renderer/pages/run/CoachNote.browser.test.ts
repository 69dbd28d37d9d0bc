import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Coach, CoachFinding } from '../../../main/contract/coach.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { RunRecord } from '../../state/run-record.svelte.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { coachWords } from '../../text/coach.ts'
import { trainWords } from '../../text/train.ts'
import TrainForm from '../train/TrainForm.svelte'
import CoachNote from './CoachNote.svelte'

const rate: CoachFinding = {
  ...{ kind: 'rate-too-high', learningRate: 0.1, advised: 0.001, diverged: false },
  step: { kind: 'train', changes: { learningRate: 0.001 } },
}
const starving: CoachFinding = {
  ...{ kind: 'starving', classId: 3, class: 'glass', images: 3, most: 40, found: null },
  step: { kind: 'add-photos', classId: 3 },
}
const nothing: Coach = { findings: [], isEarly: false, partsAt: null, roughness: null }

async function open(coach: Partial<Coach>, changes: Partial<RunSummary> = {}, jobs = {}) {
  const run = runForTests(4, changes, { learningRate: 0.1, batchSize: 8 })
  const plan = { problem: null, classes: [{ name: 'glass', images: 9 }], parts: { train: 7, validation: 1, test: 1 }, toExtract: 0 }
  const studio = studioForTests({
    jobs,
    runs: {
      list: () => Promise.resolve([run]),
      get: () => Promise.resolve({ run, epochs: [] }),
      plan: () => Promise.resolve(plan),
      forecast: () => Promise.resolve({ seconds: 1 }),
    },
  })
  const record = new RunRecord(studio, run.id)
  await Promise.all([record.details.reload(), studio.runs.reload()])
  const note = show(withStudio(studio, CoachNote), { record, run, coach: { ...nothing, ...coach } })
  return { studio, note, record }
}

test('says the cause, the advice and what to do; the keys alone bring the settings into the form, and its button comes next', async () => {
  const { studio, note } = await open({ findings: [rate, starving] })
  expect(note.innerText).toContain(`${coachWords.cause(rate)} ${coachWords.advice(rate)}`)
  note.querySelector<HTMLElement>('button')?.focus()
  expect(document.activeElement?.textContent).toContain('Set the learning rate to 0.001')
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => studio.navigation.place).toEqual({ page: 'train' })
  expect(studio.trainingForm.recipe).toMatchObject({ learningRate: 0.001, batchSize: 8, backbone: 'efficientnet-lite0' })
  show(withStudio(studio, TrainForm), { form: studio.trainingForm, hasRuns: true })
  await studio.trainingForm.plan.reload()
  await expect.poll(() => document.activeElement?.textContent?.trim()).toBe(trainWords.startAgain)
})

test('what weighs less folds out behind it, each with its own button', async () => {
  const { studio, note } = await open({ findings: [rate, starving] })
  const summary = note.querySelector<HTMLElement>('summary')
  expect(summary?.innerText).toBe('1 more thing to see to')
  expect(note.innerText).not.toContain(coachWords.cause(starving))
  summary?.focus()
  await userEvent.keyboard('{Enter}{Tab}')
  expect(note.innerText).toContain(coachWords.cause(starving))
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => studio.navigation.place).toEqual({ page: 'photos', filter: { class: 3 } })
})

test('one that trains by heart is stopped where the coach says so', async () => {
  const stopped: unknown[] = []
  const progress = { step: 'training', done: 20, total: 100, perSecond: null, secondsLeft: null }
  const job = { id: 'job', kind: 'train', runId: 'run-4', startedAtMs: 0, state: { state: 'running', progress } }
  const jobs = {
    list: () => Promise.resolve([job]),
    watch: () =>
      Promise.resolve(
        (async function* () {
          yield { type: 'job', job }
          await new Promise(() => undefined)
        })(),
      ),
    stop: (input: unknown) => Promise.resolve(void stopped.push(input)),
  }
  const heart: CoachFinding = {
    ...{ kind: 'overfitting', partsAt: 12, risen: 0.4, trainAccuracy: 1, validationAccuracy: 0.8 },
    step: { kind: 'stop' },
  }
  const { studio, note, record } = await open({ findings: [heart] }, { state: 'running', bestEpoch: null }, jobs)
  studio.jobs.watch('job')
  await expect.poll(() => record.job?.id).toBe('job')
  expect(note.innerText).toContain('like a pupil who crams')
  note.querySelector<HTMLElement>('button')?.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => stopped).toEqual([{ jobId: 'job' }])
})

test('with nothing wrong it says what the curve means, and offers nothing to do', async () => {
  const { note } = await open({})
  expect(note.querySelector('button')).toBeNull()
  const early = await open({ isEarly: true }, { state: 'running', bestEpoch: null })
  expect(early.note.innerText).toContain(coachWords.early)
})
