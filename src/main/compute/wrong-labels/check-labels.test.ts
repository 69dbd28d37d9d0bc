import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CheckLabelsTask } from '../../contract/worker/check-labels-task.ts'
import { FeatureFile } from '../feature-file.ts'
import { makeRandom, shuffle } from '../random.ts'
import { checkLabels } from './check-labels.ts'

type Input = CheckLabelsTask['input']
const dim = 12
const classCount = 3
let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-check-labels-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Photos of three kinds that differ in some of their features; the labels of `wrong` of them are another class than their kind. */
function drawn(count: number, wrong: number): { file: FeatureFile; rows: Input['rows']; wrong: Set<string> } {
  const random = makeRandom(7)
  const file = FeatureFile.open(join(folder, `${count}.features`), dim)
  const rows = Array.from({ length: count }, (_, index) => {
    const kind = index % classCount
    const hash = createHash('sha256').update(`${index}`).digest('hex')
    const features = Float32Array.from({ length: dim }, (_, at) => random() + (at % classCount === kind ? 1 : 0))
    file.append([{ hash, features }])
    return { hash, classIndex: index < wrong ? (kind + 1) % classCount : kind, groupId: null }
  })
  return { file, rows, wrong: new Set(rows.slice(0, wrong).map(({ hash }) => hash)) }
}

function check(file: FeatureFile, rows: Input['rows'], { signal = new AbortController().signal, events = [] as unknown[] } = {}) {
  return checkLabels(
    file,
    { cache: { path: file.path, dim }, classCount, rows, seed: 1 },
    { signal, stopSignal: signal, emit: (event) => void events.push(event) },
  )
}

describe('a check of labels', () => {
  test('finds those that are wrong, with the class they look like, and hardly any other', async () => {
    const { file, rows, wrong } = drawn(150, 15)
    const { doubts, estimatedWrong } = await check(file, rows)
    expect(doubts.filter(({ hash }) => wrong.has(hash))).toHaveLength(15)
    expect(doubts.length).toBeLessThan(20)
    const kindOf = new Map(rows.map(({ hash }, index) => [hash, index % classCount]))
    for (const { hash, likely, certainty } of doubts.slice(0, 15)) {
      expect(likely).toBe(kindOf.get(hash))
      expect(certainty).toBeGreaterThan(0.5)
    }
    expect(estimatedWrong).toBeGreaterThanOrEqual(12)
  })

  test('finds nothing where nothing is wrong', async () => {
    const { file, rows } = drawn(150, 0)
    expect((await check(file, rows)).doubts).toEqual([])
  })

  test('does not take a class for wrong that was recorded in one take, and finds what is wrong in it and beside it', async () => {
    for (const count of [0, 15]) {
      const { file, rows, wrong } = drawn(150, count)
      for (const takes of [[0], [0, 1, 2]]) {
        const grouped = rows.map((row) => ({ ...row, groupId: takes.includes(row.classIndex) ? row.classIndex : null }))
        const { doubts } = await check(file, grouped)
        expect(doubts.filter(({ hash }) => wrong.has(hash))).toHaveLength(count)
        expect(doubts.length).toBeLessThan(count + 5)
      }
    }
  })

  test('answers to the last bit the same for the same labels, in whatever order they come', async () => {
    const { file, rows } = drawn(60, 6)
    const order = Int32Array.from(rows.keys())
    shuffle(order, makeRandom(3))
    const shuffled = Array.from(order, (row) => rows[row]!)
    expect(await check(file, shuffled)).toEqual(await check(file, rows))
  })

  test('tells of every part, and ends soon when it is cancelled', async () => {
    const { file, rows } = drawn(60, 6)
    const events: unknown[] = []
    await check(file, rows, { events })
    expect(events).toEqual(Array.from({ length: 11 }, (_, done) => ({ done, total: 10 })))
    const abort = new AbortController()
    const told: unknown[] = []
    const cancelled = checkLabels(
      file,
      { cache: { path: file.path, dim }, classCount, rows, seed: 1 },
      {
        signal: abort.signal,
        stopSignal: abort.signal,
        emit: (event) => {
          if (told.push(event) === 2) abort.abort(new Error('enough'))
        },
      },
    )
    await expect(cancelled).rejects.toThrow('enough')
    expect(told).toHaveLength(2)
  })
})
