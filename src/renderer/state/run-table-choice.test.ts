import { beforeEach, expect, test, vi } from 'vitest'
import type { RunSummary } from '../../main/contract/runs.ts'
import { runForTests } from './run-for-tests.ts'
import type { Place } from './routes.ts'
import { RunTable } from './run-table.svelte.ts'
import type { Studio } from './studio.svelte.ts'

const stored = new Map<string, string>()
beforeEach(() => {
  stored.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
  })
  return () => void vi.unstubAllGlobals()
})

/** A table over these runs; `place` is the address that it writes to. */
function tableOf(runs: readonly RunSummary[], path = '/pets.graft') {
  const navigation = {
    place: { page: 'compare', runs: [] } as Place,
    replace: (place: Place) => void (navigation.place = place),
  }
  const studio = { runs: { value: runs }, backbones: { value: [] }, navigation } as unknown as Studio
  // A table that is made outside of a component has nobody who tells it of changes: each question makes it anew over the same address.
  const table = () => new RunTable(studio, path)
  return { navigation, table, chosen: () => table().chosen.map(({ number }) => number) }
}
const five = [5, 4, 3, 2, 1].map((number) => runForTests(number))
const chosenRuns = (place: Place): readonly string[] => (place.page === 'compare' ? place.runs : [])

test('runs stand in the address in the order in which they were chosen', () => {
  const { navigation, table, chosen } = tableOf(five)
  table().toggle('run-2')
  table().toggle('run-4')
  expect(chosen()).toEqual([2, 4])
  table().toggle('run-2')
  expect([chosenRuns(navigation.place), chosen()]).toEqual([['run-4'], [4]])
})

test('a range goes from the row that was pressed before to this one, and keeps what was chosen before it', () => {
  const { navigation, table } = tableOf(five)
  const one = table()
  one.press('run-1', false)
  one.press('run-3', true)
  expect(chosenRuns(navigation.place)).toEqual(['run-1', 'run-2', 'run-3'])
})

test('a run that the address names and nobody has is left out and counted', () => {
  const { navigation, table, chosen } = tableOf(five)
  navigation.place = { page: 'compare', runs: ['run-3', 'gone', 'run-1'] }
  expect([chosen(), table().gone]).toEqual([[3, 1], 1])
})

test('more runs can be chosen than lie side by side, and a place that somebody goes to afterwards forgets them', () => {
  const many = Array.from({ length: 120 }, (_, index) => runForTests(120 - index))
  const { navigation, table } = tableOf(many)
  const one = table()
  one.chooseAll()
  expect([one.chosen.length, one.compared.length, chosenRuns(navigation.place).length]).toEqual([120, 50, 50])
  navigation.place = { page: 'compare', runs: ['run-7'] }
  const again = table()
  expect(again.chosen.map(({ id }) => id)).toEqual(['run-7'])
})

test('each project has its own look, which the next visit finds as it was left', () => {
  const pets = tableOf(five, '/pets.graft')
  pets.table().sortBy('test')
  pets.table().toggleColumn('notes')
  pets.table().filterBy({ words: 'night' })
  const { view } = pets.table()
  expect([view.sort, view.columns.includes('notes'), view.filter.words]).toEqual([{ column: 'test', descending: true }, true, 'night'])
  expect(tableOf(five, '/birds.graft').table().view.filter.words).toBe('')
})

test('a second press on a column turns its order round', () => {
  const { table } = tableOf(five)
  table().sortBy('time')
  const first = table().view.sort
  table().sortBy('time')
  expect([first, table().view.sort]).toEqual([
    { column: 'time', descending: false },
    { column: 'time', descending: true },
  ])
})
