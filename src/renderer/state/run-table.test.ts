import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { runForTests } from './run-for-tests.ts'
import {
  arrangeRuns,
  columnIds,
  describeRuns,
  everyRun,
  readView,
  scaleBegin,
  sortValue,
  tagsOf,
  usualView,
  type RunTableView,
} from './run-table.ts'

const networkName = (id: string): string => (id === 'mobilenet-v2-035' ? 'Fast' : 'Balanced')
const right = (accuracy: number) => ({ accuracy, low: accuracy - 0.1, high: 1, n: 50 })
const view = (changes: Partial<RunTableView> = {}): RunTableView => ({ ...usualView, ...changes })
const filter = (changes: Partial<RunTableView['filter']>): RunTableView => view({ filter: { ...everyRun, ...changes } })
const runs = [
  runForTests(1, { test: right(0.8), name: 'night photos', tags: ['night', 'old'] }),
  runForTests(2, { state: 'failed', test: null, validation: null, bestEpoch: null, seconds: null, notes: 'Out of memory at noon' }),
  runForTests(3, { test: right(0.95) }, { backbone: 'mobilenet-v2-035', learningRate: 0.01 }),
  runForTests(4, { test: right(0.85), pinned: true, tags: ['night'] }),
  runForTests(12, { test: right(0.85) }),
]
const numbersOf = (asked: RunTableView, nowMs = 0): number[] =>
  arrangeRuns(describeRuns(runs, networkName), asked, nowMs).map(({ run }) => run.number)

describe('filter', () => {
  test('every word must occur, in name, tags, notes, network, state or number, whatever its case', () => {
    expect([
      numbersOf(filter({ words: 'NIGHT' })),
      numbersOf(filter({ words: 'night old' })),
      numbersOf(filter({ words: 'fast' })),
      numbersOf(filter({ words: 'failed' })),
      numbersOf(filter({ words: 'noon' })),
      numbersOf(filter({ words: '#12' })),
      numbersOf(filter({ words: ' run  3 ' })),
      numbersOf(filter({ words: 'no such run' })),
    ]).toEqual([[4, 1], [1], [3], [2], [2], [12], [3], []])
  })

  test('state, network, tag, share of right photos and days restrict, and all of them at once', () => {
    const day = 86_400_000
    expect([
      numbersOf(filter({ state: 'failed' })),
      numbersOf(filter({ network: 'mobilenet-v2-035' })),
      numbersOf(filter({ tag: 'night' })),
      numbersOf(filter({ rightPercent: 85 })),
      numbersOf(filter({ withinDays: 1 }), day + 3500),
      numbersOf(filter({ tag: 'night', rightPercent: 85, words: 'run' })),
    ]).toEqual([[2], [3], [4, 1], [4, 12, 3], [4, 12], [4]])
  })
})

describe('order', () => {
  test('pinned runs come first, the others as the column says', () => {
    expect([
      numbersOf(view()),
      numbersOf(view({ sort: { column: 'run', descending: false } })),
      numbersOf(view({ sort: { column: 'learningRate', descending: true } })),
    ]).toEqual([
      [4, 12, 3, 2, 1],
      [4, 1, 2, 3, 12],
      [4, 3, 12, 2, 1],
    ])
  })

  test('a run without a value in the column is last in both directions, and among equals the newest is first', () => {
    expect([
      numbersOf(view({ sort: { column: 'test', descending: true } })),
      numbersOf(view({ sort: { column: 'test', descending: false } })),
      numbersOf(view({ sort: { column: 'tags', descending: false } })),
    ]).toEqual([
      [4, 3, 12, 1, 2],
      [4, 1, 12, 3, 2],
      [4, 1, 12, 3, 2],
    ])
  })

  property.prop([
    fc.array(
      fc.record({
        pinned: fc.boolean(),
        accuracy: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        tags: fc.array(fc.constantFrom('a', 'b', 'B', 'ä'), { maxLength: 2 }),
      }),
    ),
    fc.constantFrom(...columnIds),
    fc.boolean(),
  ])('sorting keeps every run, puts pinned ones on top and nulls below, and orders what is between', (made, column, descending) => {
    const rows = describeRuns(
      made.map(({ pinned, accuracy, tags }, index) =>
        runForTests(index + 1, { pinned, tags, test: accuracy === null ? null : right(accuracy) }),
      ),
      networkName,
    )
    const arranged = arrangeRuns(rows, { filter: everyRun, sort: { column, descending } }, 0)
    expect(new Set(arranged)).toEqual(new Set(rows))
    const rank = (row: (typeof rows)[number]): number => (row.run.pinned ? 0 : 2) + (sortValue(row, column) === null ? 1 : 0)
    for (const [index, row] of arranged.entries()) {
      const next = arranged[index + 1]
      if (next === undefined) continue
      expect(rank(row)).toBeLessThanOrEqual(rank(next))
      const [one, other] = [sortValue(row, column), sortValue(next, column)]
      if (rank(row) !== rank(next) || typeof one !== 'number' || typeof other !== 'number') continue
      expect(descending ? one - other : other - one).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('what is remembered', () => {
  test('a view comes back as it was written', () => {
    const kept = view({
      columns: ['run', 'test', 'notes'],
      sort: { column: 'notes', descending: true },
      filter: { ...everyRun, words: 'a', rightPercent: 90 },
    })
    expect(readView(JSON.stringify(kept))).toEqual(kept)
  })

  test('nothing, or what is not a view at all, gives the usual one', () => {
    expect([null, '', '{', 'null', '[]', '7', '"x"'].map(readView)).toEqual(Array.from({ length: 7 }, () => usualView))
  })

  test('a damaged part costs that part alone', () => {
    const damaged = {
      columns: ['notes', 'gone', 'test', 'test'],
      sort: { column: 'gone', descending: true },
      filter: { words: 'owl', state: 'odd', rightPercent: 'many' },
    }
    expect(readView(JSON.stringify(damaged))).toEqual({
      columns: ['run', 'test', 'notes'],
      sort: usualView.sort,
      filter: { ...everyRun, words: 'owl' },
    })
  })

  property.prop([fc.json()])('whatever is stored, a view comes of it that shows the run itself', (text) => {
    expect(readView(text).columns[0]).toBe('run')
  })
})

test('the tags to choose from are all that runs have, each once, in the order of the alphabet', () => {
  expect(tagsOf([...runs, runForTests(13, { tags: ['Élan', 'night 10', 'night 9'] })])).toEqual([
    'Élan',
    'night',
    'night 9',
    'night 10',
    'old',
  ])
})

test('the scale of the intervals begins at the tenth below the lowest one', () => {
  const begin = (...lows: number[]): number =>
    scaleBegin(
      describeRuns(
        lows.map((low, index) => runForTests(index + 1, { test: { accuracy: 1, low, high: 1, n: 9 } })),
        networkName,
      ),
    )
  expect([begin(), begin(0.97), begin(0.81, 0.64), begin(0.02)]).toEqual([0.9, 0.9, 0.6, 0])
})
