import { beforeEach, describe, expect, test } from 'vitest'
import type { Doubt } from '../../main/contract/doubts.ts'
import { DoubtQueue, type Decision } from './doubt-queue.svelte.ts'

const names = ['a', 'b', 'c', 'd']
const check = { atMs: 0, backbone: 'b', images: 20, estimatedWrong: 4, listed: 4, leftOut: [], labelsSince: 0 }
const doubtOf = (name: string): Doubt => ({
  image: {
    hash: name,
    name,
    format: 'jpeg',
    widthPx: 1,
    heightPx: 1,
    sizeBytes: 1,
    classId: 1,
    labelSource: 'person',
    groupId: null,
    note: '',
  },
  likelyId: 2,
  certainty: 0.9,
})

/** A studio that writes a decision when the test lets it, well or not. */
let decided: Map<string, Decision>
let writing: { readonly hash: string; readonly written: () => void; readonly failed: () => void }[]
let queue: DoubtQueue
beforeEach(async () => {
  decided = new Map()
  writing = []
  queue = new DoubtQueue({
    list: () => {
      const doubts = names.filter((name) => !decided.has(name)).map(doubtOf)
      return Promise.resolve({ check, left: doubts.length, doubts })
    },
    decide: (hash, decision) =>
      new Promise((resolve) => {
        const written = () => {
          decided.set(hash, decision)
          resolve()
        }
        writing.push({ hash, written, failed: resolve })
      }),
  })
  await queue.reload()
})
const open = () => queue.open.map(({ image }) => image.name).join('')
const shown = () => queue.current?.image.name

describe('labels that are likely wrong, one after the other', () => {
  test('a decision shows the next photo before it is written', async () => {
    const done = queue.decide({ kind: 'keep' })
    expect([open(), shown(), queue.left]).toEqual(['bcd', 'b', 3])
    writing[0]!.written()
    await done
    expect([open(), shown(), queue.left]).toEqual(['bcd', 'b', 3])
  })

  test('one that could not be written brings its photo back', async () => {
    const done = queue.decide({ kind: 'trash' })
    writing[0]!.failed()
    await done
    expect([open(), shown(), queue.left]).toEqual(['abcd', 'a', 4])
  })

  test('one that is undone is shown again, also when others were decided after it', async () => {
    for (const kind of ['keep', 'trash'] as const) {
      const done = queue.decide({ kind })
      writing.at(-1)!.written()
      await done
    }
    expect(shown()).toBe('c')
    decided.delete('b')
    await queue.reload()
    expect([open(), shown()]).toEqual(['bcd', 'b'])
    decided.delete('a')
    await queue.reload()
    expect([open(), shown()]).toEqual(['abcd', 'a'])
  })

  test('of several that are undone at once, that which was undone last is shown', async () => {
    for (const kind of ['keep', 'trash', 'keep'] as const) {
      const done = queue.decide({ kind })
      writing.at(-1)!.written()
      await done
    }
    decided.clear()
    await queue.reload()
    expect([open(), shown()]).toEqual(['abcd', 'a'])
  })

  test('a list that is read while a decision is being written does not bring it back', async () => {
    const done = queue.decide({ kind: 'keep' })
    await queue.reload()
    expect([open(), shown()]).toEqual(['bcd', 'b'])
    writing[0]!.written()
    await done
    expect(shown()).toBe('b')
  })

  test('skipped photos come last, in the order in which they were skipped', () => {
    queue.skip()
    queue.skip()
    expect([open(), shown()]).toEqual(['cdab', 'c'])
    queue.move(2)
    queue.skip()
    expect([open(), shown()]).toEqual(['cdba', 'b'])
  })

  test('after the last one come those that are left, and in the end nothing', async () => {
    queue.go(3)
    for (const expected of ['a', 'b', 'c', undefined]) {
      const done = queue.decide({ kind: 'keep' })
      writing.at(-1)!.written()
      await done
      expect(shown()).toBe(expected)
    }
    expect(queue.left).toBe(0)
  })

  test('one does not go beyond either end, and what comes next is fetched in advance', () => {
    queue.move(-1)
    expect([shown(), queue.upcoming(2)]).toEqual(['a', ['b', 'c']])
    queue.move(9)
    expect([shown(), queue.upcoming(2)]).toEqual(['d', []])
  })
})
