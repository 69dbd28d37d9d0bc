import { beforeEach, expect, test, vi } from 'vitest'
import { shortcuts } from './shortcuts.ts'
import type { Studio } from './studio.svelte.ts'

const done: string[] = []
const navigation = { go: (page: string) => done.push(page) }
const studio = { project: { value: {} }, navigation, undo: () => done.push('undo'), redo: () => done.push('redo') } as unknown as Studio

beforeEach(() => {
  done.length = 0
  // The few names of a page that the function asks for; its keys are pressed for real in the journeys.
  vi.stubGlobal('document', { querySelector: () => null })
  vi.stubGlobal('HTMLElement', class extends EventTarget {})
})

const press = (keys: readonly [string, Partial<KeyboardEvent>][]): void => {
  const onkeydown = shortcuts(studio, () => undefined)
  for (const [key, held] of keys)
    onkeydown({ key, target: null, timeStamp: 1, preventDefault: () => undefined, ...held } as unknown as KeyboardEvent)
}

test('undo and redo answer the keys that the native menu shows', () => {
  press([
    ['z', { ctrlKey: true }],
    ['Z', { metaKey: true, shiftKey: true }],
    ['y', { ctrlKey: true }],
  ])
  expect(done).toEqual(['undo', 'redo', 'redo'])
})

test('a letter goes to its page only after G, also in the first second of a page', () => {
  press([
    ['t', {}],
    ['g', {}],
    ['e', {}],
    ['y', {}],
  ])
  expect(done).toEqual(['export'])
})
