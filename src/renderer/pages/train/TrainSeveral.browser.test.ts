import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { AskedRecipe } from '../../../main/contract/runs.ts'
import type { SweepPlan } from '../../../main/contract/sweeps.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { sweepWords } from '../../text/sweeps.ts'
import TrainSeveral from './TrainSeveral.svelte'

const network = (id: string, plainName: string) => ({ id, plainName, name: id, state: 'ready', isDefault: id === 'net-a' })

/** The dialog of a studio that puts what is asked last first; answers what was started. */
async function openDialog() {
  const started: AskedRecipe[][] = []
  const plan = ({ recipes }: { recipes: AskedRecipe[] }): Promise<SweepPlan> =>
    Promise.resolve({
      trainings: recipes.map((_, index) => ({ index, problem: null, expected: { by: 'nothing' as const }, seconds: 60 })).reverse(),
      seconds: 60 * recipes.length,
      unknown: 0,
    })
  const start = ({ recipes }: { recipes: AskedRecipe[] }) => {
    started.push(recipes)
    return Promise.resolve([])
  }
  const studio = studioForTests({
    sweeps: { plan, start },
    backbones: { list: () => Promise.resolve([network('net-a', 'Balanced'), network('net-b', 'Fast')]) },
  })
  await studio.backbones.reload()
  const shown = show(withStudio(studio, TrainSeveral), { base: AskedRecipe.parse({ seed: 3, epochs: 12 }), onclose: () => undefined })
  const lines = (): string[] => [...shown.querySelectorAll('ol .name')].map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim())
  return { started, shown, lines, total: () => shown.querySelector('[data-testid=sweep-total]')?.textContent.trim() }
}

test('every network is tried, as often as is said, in the order of the plan; all by keys, and what is left out is not trained', async () => {
  const { started, shown, lines, total } = await openDialog()
  await expect.poll(lines).toEqual(['Fast, last step seed 3', 'Balanced, last step seed 3'])
  expect(total()).toBe('2 trainings, about 2 min in all at most.')
  shown.querySelector<HTMLInputElement>('input[type=number]')!.focus()
  await userEvent.keyboard('{ArrowUp}{ArrowUp}')
  await expect.poll(() => lines().length).toBe(6)
  expect(total()).toBe('6 trainings, about 6 min in all at most.')
  // The first one of the list is the next stop of the tab key.
  const atFocus = () => document.activeElement?.getAttribute('aria-label')
  await userEvent.keyboard('{Tab}')
  await expect.poll(atFocus).toBe('Leave out Fast, last step, seed 5')
  await userEvent.keyboard('{Enter}')
  await expect.poll(atFocus).toBe('Leave out Fast, last step, seed 4')
  await expect.poll(() => lines().length).toBe(5)
  shown.querySelector<HTMLButtonElement>('button[type=submit]')!.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => started.length).toBe(1)
  expect(started[0]!.map(({ backbone, seed, splitSeed, epochs }) => [backbone, seed, splitSeed, epochs])).toEqual([
    ['net-b', 4, 3, 12],
    ['net-b', 3, 3, 12],
    ['net-a', 5, 3, 12],
    ['net-a', 4, 3, 12],
    ['net-a', 3, 3, 12],
  ])
})

test('nothing starts without a network', async () => {
  const { shown, lines } = await openDialog()
  await expect.poll(() => lines().length).toBe(2)
  for (const box of [...shown.querySelectorAll<HTMLInputElement>('input[type=checkbox]:checked')].slice(0, 2)) box.click()
  await expect.poll(() => shown.querySelector('ol')?.textContent.trim()).toBe(sweepWords.nothing)
  expect(shown.querySelector<HTMLButtonElement>('button[type=submit]')!.disabled).toBe(true)
})
