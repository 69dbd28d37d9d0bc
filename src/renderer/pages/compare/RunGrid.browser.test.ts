import type { Component } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { RunTable } from '../../state/run-table.svelte.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { columnWords, compareWords } from '../../text/compare.ts'
import { trainWords } from '../../text/train.ts'
import RunGrid from './RunGrid.svelte'

let tables = 0

/** A table of these runs, in a place for ten rows, as it looks where nobody has changed anything. */
async function openTable(runs: readonly RunSummary[]) {
  const written: unknown[] = []
  const doomed: number[][] = []
  const annotate = (change: { run: string; name?: string }) => {
    written.push(change)
    return Promise.resolve({ ...runs.find(({ id }) => id === change.run), ...change, id: change.run })
  }
  const studio = studioForTests({ runs: { list: () => Promise.resolve(runs), annotate } })
  onTestFinished(studio.start())
  studio.navigation.replace({ page: 'compare', runs: [] })
  const inTable: Component = (anchor) => {
    // Under a path of its own, since the way a table is looked at is kept in the browser.
    const table = new RunTable(studio, `/${String((tables += 1))}`)
    const ondelete = (of: readonly RunSummary[]) => doomed.push(of.map(({ number }) => number))
    return RunGrid(anchor, { table, ondescribe: () => undefined, ondelete })
  }
  const place = show(withStudio(studio, inTable), {})
  Object.assign(place.style, { display: 'flex', flexDirection: 'column', height: '394px' })
  const grid = place.querySelector<HTMLElement>('[role=grid]')!
  const rows = () =>
    [...place.querySelectorAll<HTMLElement>('[role=row][aria-selected]')].sort(
      (one, other) => Number(one.ariaRowIndex) - Number(other.ariaRowIndex),
    )
  const numberOf = (row: Element | null) => Number(/Run (\d+)/.exec(row?.textContent ?? '')?.[1])
  await expect.poll(() => rows().length).toBeGreaterThan(0)
  return {
    ...{ studio, grid, rows, written, doomed },
    head: (column: keyof typeof columnWords) =>
      [...place.querySelectorAll<HTMLElement>('[role=columnheader]')].find((each) =>
        each.textContent.trim().startsWith(columnWords[column].name),
      )!,
    numbers: () => rows().map(numberOf),
    row: (number: number) => rows().find((each) => numberOf(each) === number)!,
    /** The run that the arrow keys have come to. */
    cursor: () => numberOf(document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')),
    chosen: () =>
      rows()
        .filter((each) => each.getAttribute('aria-selected') === 'true')
        .map(numberOf),
  }
}

const fewRuns = () =>
  [1, 2, 3].map((number) => {
    const accuracy = [0.7, 0.9, 0.8][number - 1]!
    return runForTests(number, { test: { accuracy, low: accuracy - 0.05, high: accuracy + 0.04, n: 100 } })
  })

test('of 10,000 runs those around the screen exist, and the table says how many there are', async () => {
  const { grid, rows, cursor, numbers } = await openTable(Array.from({ length: 10_000 }, (_, index) => runForTests(index + 1)))
  expect(grid.getAttribute('aria-rowcount')).toBe('10001')
  expect(rows().length).toBeLessThan(60)
  grid.focus()
  await userEvent.keyboard('{End}')
  await expect.poll(() => [rows().at(-1)?.ariaRowIndex, cursor()]).toEqual(['10001', numbers().at(-1)])
  const last = rows().at(-1)!.getBoundingClientRect()
  expect(last.bottom).toBeLessThanOrEqual(grid.getBoundingClientRect().bottom)
})

test('a press on a head sorts by its column, and a second press turns the order round', async () => {
  const { head, numbers } = await openTable(fewRuns())
  const test = head('test')
  await userEvent.click(test.querySelector('button')!)
  await expect.poll(numbers).toEqual([2, 3, 1])
  expect(test.getAttribute('aria-sort')).toBe('descending')
  await userEvent.click(test.querySelector('button')!)
  await expect.poll(numbers).toEqual([1, 3, 2])
  expect(test.getAttribute('aria-sort')).toBe('ascending')
})

test('the arrow keys move, Space chooses, Shift chooses on the way, and Enter opens the run', async () => {
  const { grid, cursor, chosen, numbers, studio } = await openTable(fewRuns())
  const [first, second, third] = numbers()
  grid.focus()
  await userEvent.keyboard('{ArrowDown} ')
  await expect.poll(() => [cursor(), chosen()]).toEqual([second, [second]])
  await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}')
  await expect.poll(chosen).toEqual([second, third])
  await userEvent.keyboard('{Escape}')
  await expect.poll(chosen).toEqual([])
  await userEvent.keyboard('{Home}{Enter}')
  expect(studio.navigation.place).toEqual({ page: 'run', run: `run-${String(first)}` })
})

test('a press anywhere in a row chooses it, the box says so, and the first that was chosen is what the others are compared with', async () => {
  const { row, chosen, studio } = await openTable(fewRuns())
  await userEvent.click(row(3))
  await userEvent.click(row(1))
  await expect.poll(chosen).toHaveLength(2)
  expect(studio.navigation.place).toEqual({ page: 'compare', runs: ['run-3', 'run-1'] })
  expect(row(3).querySelector<HTMLInputElement>('input[type=checkbox]')!.checked).toBe(true)
})

test('every interval is told, drawn on one scale, and a run without a result says why', async () => {
  const { row } = await openTable([...fewRuns(), runForTests(4, { state: 'failed', test: null, validation: null, bestEpoch: null })])
  expect(row(2).querySelector('[role=img]')?.getAttribute('aria-label')).toMatch(/85.*94/)
  const dotAt = (number: number) => row(number).querySelector('circle')!.getBoundingClientRect().left
  expect(dotAt(1)).toBeLessThan(dotAt(3))
  expect(dotAt(3)).toBeLessThan(dotAt(2))
  expect(row(4).textContent).toContain(trainWords.stateOf(runForTests(4, { state: 'failed' })))
})

test('F2 writes a name in the row, Escape keeps the one that was there', async () => {
  const { grid, cursor, written, row } = await openTable(fewRuns())
  grid.focus()
  const number = cursor()
  await userEvent.keyboard('{F2}')
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe(compareWords.newName(trainWords.runName(number)))
  await userEvent.keyboard('the good one{Escape}')
  expect(document.activeElement).toBe(grid)
  await userEvent.keyboard('{F2}the better one{Enter}')
  await expect.poll(() => row(number).textContent).toContain('the better one')
  expect(written).toEqual([{ run: `run-${String(number)}`, name: 'the better one' }])
})

test('a name that is being written stays with its run while another run comes above it', async () => {
  const { grid, cursor, written, row, rows, studio } = await openTable(fewRuns())
  grid.focus()
  await userEvent.keyboard('{ArrowDown}')
  const number = cursor()
  const field = () => row(number).querySelector<HTMLInputElement>('input.rename')
  await userEvent.keyboard('{F2}')
  await expect.poll(field).not.toBe(null)
  await userEvent.keyboard('the good')
  studio.runs.revise((all) => [runForTests(4), ...all])
  await expect.poll(() => rows().length).toBe(4)
  await expect.poll(() => document.activeElement).toBe(field())
  expect([field()?.value, written]).toEqual(['the good', []])
  await userEvent.keyboard(' one{Enter}')
  await expect.poll(() => written).toEqual([{ run: `run-${String(number)}`, name: 'the good one' }])
})

test('a name that is typed is written before the window closes', async () => {
  const { grid, cursor, written } = await openTable(fewRuns())
  const closes = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  grid.focus()
  await userEvent.keyboard('{ArrowDown}{F2}')
  await expect.poll(() => document.activeElement?.tagName).toBe('INPUT')
  expect(closes()).toBe(true)
  await userEvent.keyboard('owls')
  expect(closes()).toBe(false)
  await expect.poll(closes).toBe(true)
  expect(written).toEqual([{ run: `run-${String(cursor())}`, name: 'owls' }])
})

test('Delete asks for the runs that are chosen where the cursor is one of them, else for the one under it', async () => {
  const { grid, doomed, numbers } = await openTable(fewRuns())
  const [first, second, third] = numbers()
  grid.focus()
  await userEvent.keyboard('{Delete}')
  await userEvent.keyboard('{ArrowDown} {Shift>}{ArrowDown}{/Shift}{Delete}')
  expect(doomed).toEqual([[first], [second, third]])
})

test('the menu of a run opens with a key and says whose it is', async () => {
  const { grid, cursor, row } = await openTable(fewRuns())
  grid.focus()
  await userEvent.keyboard('{ArrowDown}{Shift>}{F10}{/Shift}')
  const menu = () => row(cursor()).querySelector('[popover]:popover-open')
  await expect.poll(() => menu()?.textContent).toContain(compareWords.rename)
  expect(row(cursor()).querySelector('[aria-haspopup]')?.getAttribute('aria-label')).toBe(
    compareWords.actions(trainWords.runName(cursor())),
  )
  await userEvent.keyboard('{Escape}')
  await expect.poll(menu).toBe(null)
})
