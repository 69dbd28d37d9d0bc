import { beforeEach, expect, test, vi } from 'vitest'
import { obeyMenu } from './obey-menu.ts'
import type { Studio } from './studio.svelte.ts'

const page = { dialog: false, typed: [] as string[] }
class Field {
  readonly type: string
  readonly isContentEditable = false
  constructor(type = 'text') {
    this.type = type
  }
}

beforeEach(() => {
  Object.assign(page, { dialog: false, typed: [] })
  vi.stubGlobal('HTMLElement', Field)
  vi.stubGlobal('HTMLInputElement', Field)
  vi.stubGlobal('document', {
    activeElement: null,
    querySelector: () => (page.dialog ? {} : null),
    execCommand: (step: string) => page.typed.push(step),
  })
  return () => void vi.unstubAllGlobals()
})

/** The menu before a studio that notes its steps. */
function menu({ isDialogInFront = false, hasProject = true, isLeaving = false } = {}) {
  const done: string[] = []
  const note = (what: string) => () => void done.push(what)
  const studio = {
    project: { value: hasProject ? {} : null },
    steps: { isDialogInFront },
    leaving: { question: isLeaving ? {} : null },
    undo: note('undo'),
    redo: note('redo'),
    navigation: { go: note('go') },
  } as unknown as Studio
  const obey = obeyMenu(studio, { newProject: note('new'), showCommands: note('commands'), showKeyMap: note('keys') })
  return { obey, done }
}

test('undo and redo of the menu reach a dialog that has to do with the history, and no page behind another one', () => {
  page.dialog = true
  const photo = menu({ isDialogInFront: true })
  photo.obey({ do: 'undo' })
  photo.obey({ do: 'redo' })
  photo.obey({ do: 'show', page: 'label' })
  expect(photo.done).toEqual(['undo', 'redo'])
  const other = menu()
  other.obey({ do: 'undo' })
  const asked = menu({ isDialogInFront: true, isLeaving: true })
  asked.obey({ do: 'undo' })
  expect([other.done, asked.done]).toEqual([[], []])
})

test('they mean what is typed while a field has the focus, whatever kind it is, as the keys do', () => {
  for (const type of ['text', 'search', 'number']) {
    vi.stubGlobal('document', Object.assign(document, { activeElement: new Field(type) }))
    const { obey, done } = menu()
    obey({ do: 'undo' })
    expect(done).toEqual([])
  }
  expect(page.typed).toEqual(['undo', 'undo', 'undo'])
})

test('without a project there is nothing to undo', () => {
  const { obey, done } = menu({ hasProject: false })
  obey({ do: 'undo' })
  expect(done).toEqual([])
})
