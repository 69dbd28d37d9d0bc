import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { StudioError } from '../../../main/contract/errors.ts'
import type { Interval } from '../../../main/contract/ids.ts'
import type { Evaluation, RunSummary } from '../../../main/contract/runs.ts'
import type { AnswerStep, Sureness } from '../../../main/contract/sureness.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { runWords } from '../../text/run.ts'
import { foreignWords, surenessWords as words, temperingWords } from '../../text/sureness.ts'
import SurenessPanel from './SurenessPanel.svelte'

const share = (right: number, n: number): Interval => ({
  ...{ accuracy: right / n, low: Math.max(0, right / n - 0.05), high: Math.min(1, right / n + 0.05), n },
})
const step = (fromPercent: number, answered: number, right: number, n: number): AnswerStep => ({
  fromPercent,
  ...{ answered: share(answered, n), right: answered === 0 ? null : share(right, answered), missed: share(n - right, n) },
})
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `kind ${index}`)
const run = runForTests(2)
const evaluationOf = (names: readonly string[]): Evaluation => ({
  ...{ run, test: share(90, 100), perClass: [], confusion: [], mistakes: [] },
  classes: names.map((name, index) => ({ id: index + 1, name, colour: '#0072b2' })),
})
const sureness: Sureness = {
  calibration: {
    ...{ said: 0.97, right: share(90, 100), verdict: 'too sure', error: 0.07 },
    bins: [
      { low: 0.5, high: 0.6, said: 0.55, right: share(1, 4), verdict: 'too few' },
      { low: 0.9, high: 1, said: 0.96, right: share(89, 96), verdict: 'fits' },
    ],
  },
  worth: { asTrained: { error: 0.07, loss: 0.4 }, now: { error: 0.07, loss: 0.4 } },
  suggested: { state: 'found', percent: 60, right: share(95, 99) },
  steps: [step(0, 100, 90, 100), step(60, 96, 89, 100), step(97, 0, 0, 100)],
  classes: [
    { classId: 1, steps: [step(0, 50, 48, 50), step(60, 48, 47, 50)] },
    { classId: 2, steps: [step(0, 50, 42, 50), step(97, 0, 0, 50)] },
    { classId: 3, steps: [] },
  ],
}
interface Opened {
  readonly names?: readonly string[]
  readonly ofRun?: Partial<RunSummary>
}
async function open(changes: Partial<Sureness> = {}, { names = namesOf(3), ofRun = {} }: Opened = {}) {
  const asked: unknown[] = []
  const take = (input: unknown) => Promise.resolve(void asked.push(input))
  const studio = studioForTests({
    runs: { sureness: () => Promise.resolve({ ...sureness, ...changes }), setThreshold: take, temper: take, refuseForeign: take },
  })
  let tempered = 0
  const page = show(withStudio(studio, SurenessPanel), {
    run: { ...run, ...ofRun },
    evaluation: evaluationOf(names),
    ontempered: () => (tempered += 1),
  })
  await expect.poll(() => page.querySelector('[data-testid="calibration"], .nothing')).not.toBeNull()
  const said = (id: string) => page.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.innerText
  const rows = () => [...page.querySelectorAll('tbody tr')].map((row) => (row as HTMLElement).innerText.replace(/\s+/g, ' ').trim())
  const button = (text: string) => [...page.querySelectorAll('button')].find(({ innerText }) => innerText === text)!
  return { page, said, rows, button, asked, tempered: () => tempered, slider: page.querySelector<HTMLInputElement>('input')! }
}

test('says whether it is right as often as it says, bin by bin, the surest first', async () => {
  const { page, said } = await open()
  expect(said('calibration')).toBe('It is 97 % sure on average and right on 90 of 100 (85 to 95): too sure of itself.')
  expect(page.innerText).toContain('Expected calibration error 7.0 %')
  expect([...page.querySelectorAll('li')].map((item) => (item as HTMLElement).innerText.replace(/\s+/g, ' '))).toEqual([
    'Of 96 photos about which it was 90 to 100 % sure, 89 were right 93 of 100, 88 to 98',
    'Of 4 photos about which it was 50 to 60 % sure, 1 was right 25 of 100, 20 to 30: too few to tell',
  ])
})

test('a dot stands as high as it is right and as far right as it is sure, to the scale of the diagonal', async () => {
  const { page } = await open()
  const diagonal = page.querySelector('.diagonal')!.getBoundingClientRect()
  for (const { said, right, high } of sureness.calibration!.bins) {
    const group = page.querySelector(`[data-bin="${high}"]`)!
    const dot = group.querySelector('circle')!.getBoundingClientRect()
    const whisker = group.querySelector('line')!.getBoundingClientRect()
    const heightAt = (y: number) => (diagonal.bottom - y) / diagonal.height
    expect((dot.left + dot.width / 2 - diagonal.left) / diagonal.width).toBeCloseTo(said, 2)
    expect(heightAt(dot.top + dot.height / 2)).toBeCloseTo(right.accuracy, 2)
    expect([heightAt(whisker.bottom), heightAt(whisker.top)]).toEqual([expect.closeTo(right.low, 1), expect.closeTo(right.high, 1)])
  }
})

test('begins with the suggested threshold, moves by keys, and goes back to it', async () => {
  const { page, said, rows, slider } = await open()
  expect([said('threshold'), slider.value]).toEqual(['Answer only when it is at least 60 % sure', '60'])
  expect(said('outcome')).toBe(words.outcome(sureness.steps[1]!))
  expect(slider.getAttribute('aria-valuetext')).toBe(`${words.atLeast(60)}. ${words.outcome(sureness.steps[1]!)}`)
  expect(rows()).toEqual(['kind 1 0 of 100 16 of 100 50', 'kind 0 4 of 100 6 of 100 50', 'kind 2 – – 0'])
  slider.focus()
  await userEvent.keyboard('{ArrowLeft}')
  await expect.poll(() => said('threshold')).toBe(words.atLeast(59))
  expect(said('outcome')).toBe(words.outcome(sureness.steps[0]!))
  await userEvent.keyboard('{End}')
  await expect.poll(() => said('outcome')).toBe(words.outcome(sureness.steps[2]!))
  expect(rows()).toEqual(['kind 1 100 of 100 100 of 100 50', 'kind 0 4 of 100 6 of 100 50', 'kind 2 – – 0'])
  const take = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === words.take(60))!
  take.click()
  await expect.poll(() => said('threshold')).toBe(words.atLeast(60))
  await expect.poll(() => take.disabled).toBe(true)
})

test('keeps the threshold that was slid to by keys, begins with a kept one, and answers always again', async () => {
  const { said, slider, button, asked } = await open()
  expect(said('kept')).toBe('Now it always answers, whatever it is shown.')
  slider.focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{Tab}')
  // The suggestion can be taken again first.
  await userEvent.keyboard('{Tab}{Enter}')
  await expect.poll(() => asked).toEqual([{ run: 'run-2', percent: 62 }])
  expect(button(words.keep(62)).className).toContain('primary')
  const kept = await open({}, { ofRun: { answerFromPercent: 85 } })
  expect([kept.slider.value, kept.said('kept')]).toEqual(['85', words.kept(85)])
  expect(kept.button(words.keep(85)).disabled).toBe(true)
  kept.slider.focus()
  await userEvent.keyboard('{Home}')
  await expect.poll(() => kept.button(words.keep(0))).toBeDefined()
  kept.button(words.keep(0)).click()
  await expect.poll(() => kept.asked).toEqual([{ run: 'run-2', percent: 0 }])
})

test('says by how much its percentages were set right and leads back, and a run of before to it', async () => {
  const tempering = { state: 'tempered', photos: 45, temperature: 1.533, lossBefore: 1, lossAfter: 0.6 } as const
  const worth = { asTrained: { error: 0.126, loss: 1.007 }, now: { error: 0.108, loss: 0.594 } }
  const { said, button, asked, tempered } = await open({ worth }, { ofRun: { tempering } })
  expect(said('tempering')).toContain(
    'made less sure than trained, as the 45 validation photos asked for (temperature 1.53, Guo et al. 2017). Its answers are the same.',
  )
  expect(said('tempering')).toContain('calibration error 12.6 % as trained, 10.8 % now; log loss 1.007 as trained, 0.594 now.')
  button(temperingWords.change(tempering)).click()
  await expect.poll(() => tempered()).toBe(1)
  expect(asked).toEqual([{ run: 'run-2', isTempered: false }])
  const before = await open()
  before.button(temperingWords.change({ state: 'never' })).click()
  await expect.poll(() => before.asked).toEqual([{ run: 'run-2', isTempered: true }])
  const few = await open({}, { ofRun: { tempering: { state: 'too few', photos: 1 } } })
  expect(few.said('tempering')).toContain('takes at least 20 validation photos, and there is 1.')
})

test('refuses foreign photos by keys, says what that costs, and answers them again', async () => {
  const { page, said, asked } = await open()
  expect(said('foreign')).toBe(foreignWords.off)
  page.querySelector<HTMLInputElement>('input[type="number"]')!.focus()
  await userEvent.keyboard('{ArrowUp}{Tab}{Enter}')
  await expect.poll(() => asked).toEqual([{ run: 'run-2', ofHundred: 6 }])
  const foreign = { ofHundred: 5, nearness: 0.6, photos: 45, test: share(3, 44) }
  const on = await open({}, { ofRun: { foreign } })
  expect(on.said('foreign')).toContain('(45 validation photos); of the test photos it refuses 3 of 44 (2 to 12 of 100).')
  on.button(foreignWords.accept).click()
  await expect.poll(() => on.asked).toEqual([{ run: 'run-2', ofHundred: null }])
  const own = await open({}, { ofRun: { network: { hash: 'h', inputSizePx: 96, featureDim: 8 } } })
  expect(own.page.innerText).toContain(foreignWords.ownNetwork)
  const few = await open({}, { ofRun: { validation: share(6, 7) } })
  expect(few.page.innerText).toContain(foreignWords.tooFew(7))
})

test('without a suggestion it begins with answering always and says why', async () => {
  const { page, said } = await open({ suggested: { state: 'too few', photos: 3 } })
  expect(said('threshold')).toBe('Always answer')
  expect(page.innerText).toContain('No threshold is suggested: that takes at least 20 validation photos, and there are 3.')
  expect([...page.querySelectorAll('button')].map(({ innerText }) => innerText)).toEqual([
    temperingWords.change({ state: 'never' }),
    words.keep(0),
    foreignWords.refuse,
  ])
})

test('of fifty classes the ten that are missed most are listed, and all when they are asked for', async () => {
  const classes = namesOf(50).map((_, index) => ({ classId: index + 1, steps: [step(0, 100, 100 - index, 100)] }))
  const { page, rows } = await open({ classes }, { names: namesOf(50) })
  expect(rows().map((row) => row.slice(0, 7))).toEqual([49, 48, 47, 46, 45, 44, 43, 42, 41, 40].map((index) => `kind ${index}`))
  const all = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === runWords.allClasses(50))!
  all.click()
  await expect.poll(() => rows().length).toBe(50)
})

test('of a run without test photos it says that nothing can be told', async () => {
  const { page } = await open({ calibration: null, steps: [], classes: [] })
  expect(page.innerText).toContain(words.none)
  expect(page.querySelector('input')).toBeNull()
})

test('where it cannot be read the reason stands there, and it can be tried again', async () => {
  let asked = 0
  const ask = () => (++asked === 1 ? Promise.reject(new StudioError('RUN_NOT_FOUND', { run: '2' })) : Promise.resolve(sureness))
  const studio = studioForTests({ runs: { sureness: ask } })
  const page = show(withStudio(studio, SurenessPanel), { run, evaluation: evaluationOf(namesOf(3)), ontempered: () => undefined })
  await expect.poll(() => page.querySelector('[role="alert"]')).not.toBeNull()
  page.querySelector('button')!.click()
  await expect.poll(() => page.querySelector('[data-testid="calibration"]')).not.toBeNull()
})
