import { beforeEach, describe, expect, test, vi } from 'vitest'
import { keyCaps, keyGroups, type KeyGroup, type Shortcut } from '../text/keys.ts'
import { frameKeys } from './frame-keys.ts'
import { isPressed, keyHandler, type ChosenKeys, type KeyActions } from './shortcuts.ts'
import type { Studio } from './studio.svelte.ts'

class Element extends EventTarget {
  readonly isContentEditable = false
}
class Input extends Element {
  readonly type = 'text'
}

beforeEach(() => {
  // The few names of a page that the functions ask for; keys are pressed for real in the journeys.
  vi.stubGlobal('document', { querySelector: () => null, getElementById: () => null })
  vi.stubGlobal('HTMLElement', Element)
  vi.stubGlobal('HTMLInputElement', Input)
  vi.stubGlobal('HTMLTextAreaElement', class extends Element {})
  vi.stubGlobal('HTMLSelectElement', class extends Element {})
  return () => void vi.unstubAllGlobals()
})

interface Pressed {
  readonly event: KeyboardEvent
  readonly isPrevented: () => boolean
}

/** The events of a key as it is written in the list, a second apart. */
function eventsOf(press: string, more: Partial<KeyboardEvent> = {}): readonly Pressed[] {
  const named: Readonly<Record<string, string>> = { Arrows: 'ArrowLeft', '1-9': '4', Class: '4', Space: ' ' }
  return press.split(' ').map((chord, index) => {
    const parts = chord === '+' ? [chord] : chord.split('+')
    const key = parts.at(-1) ?? ''
    let prevented = false
    const event = {
      key: named[key] ?? (parts.includes('Shift') || key.length > 1 ? key : key.toLowerCase()),
      ctrlKey: parts.includes('Ctrl') || parts.includes('Control'),
      shiftKey: parts.includes('Shift'),
      metaKey: false,
      altKey: parts.includes('Alt'),
      target: null,
      timeStamp: 1 + index * 1000,
      preventDefault: () => (prevented = true),
      ...more,
    } as unknown as KeyboardEvent
    return { event, isPrevented: () => prevented }
  })
}

const groups = Object.keys(keyGroups) as readonly KeyGroup[]
const keysOf = (group: KeyGroup): readonly (readonly [string, Shortcut])[] => Object.entries(keyGroups[group].keys)

/** A handler of a group that notes what was done. */
function noting(group: KeyGroup): { readonly done: string[]; readonly onkeydown: (event: KeyboardEvent) => void } {
  const done: string[] = []
  const actions = Object.fromEntries(keysOf(group).map(([name]) => [name, () => void done.push(name)]))
  return { done, onkeydown: keyHandler(group, actions as KeyActions<typeof group>) }
}

describe.each(groups)('the keys of %s in the map', (group) => {
  test.each(keysOf(group).flatMap(([name, { press }]) => press.map((each) => [each, name] as const)))('%s does %s, once', (press, name) => {
    const { done, onkeydown } = noting(group)
    const events = eventsOf(press)
    for (const { event } of events) onkeydown(event)
    expect([done, events.at(-1)?.isPrevented()]).toEqual([[name], true])
  })
})

describe('a key', () => {
  const on = (key: string, code: string, more: Partial<KeyboardEvent> = {}) => eventsOf(key, { key, code, ...more })[0]?.event
  const done: string[] = []
  const keys: ChosenKeys = {
    isOfClass: (sign) => ['1', '2', 'c', 'ф', '&'].includes(sign),
    pressesOf: (_group, action, press) => (action === 'skip' ? ['J'] : press),
  }
  const press = (event: KeyboardEvent | undefined): readonly string[] => {
    done.length = 0
    const actions = Object.fromEntries(keysOf('label').map(([name]) => [name, () => void done.push(name)]))
    if (event !== undefined) keyHandler('label', actions as unknown as KeyActions<'label'>, { keys })(event)
    return [...done]
  }

  test('means what stands on it, wherever it lies', () => {
    expect(press(on('f', 'KeyA'))).toEqual(['close'])
    expect(press(on('c', 'KeyJ'))).toEqual(['giveClass'])
    expect(press(on('C', 'KeyC', { shiftKey: true }))).toEqual([])
    expect(press(on('&', 'Digit7'))).toEqual(['giveClass'])
  })

  test('that was chosen takes the place of the one in the list', () => {
    expect(press(on('j', 'KeyJ'))).toEqual(['skip'])
    expect(press(on('s', 'KeyS'))).toEqual([])
    expect(press(on('3', 'Digit3'))).toEqual([])
  })

  test('of a French keyboard gives the class of its digit, with and without Shift', () => {
    expect(press(on('é', 'Digit2'))).toEqual(['giveClass'])
    expect(press(on('2', 'Digit2', { shiftKey: true }))).toEqual(['giveClass'])
    expect(press(on('"', 'Digit3'))).toEqual([])
    expect(press(on('@', 'Digit2', { shiftKey: true }))).toEqual([])
  })

  test('that types no Latin letter does what the Latin one in its place does, unless it was chosen for something', () => {
    expect(press(on('т', 'KeyN'))).toEqual(['newClass'])
    expect(press(on('ф', 'KeyA'))).toEqual(['giveClass'])
  })
})

test('every group of the map is answered by somebody', () => {
  const sources = Object.values(
    import.meta.glob<string>(['../**/*.ts', '../**/*.svelte', '!**/*.test.ts'], { query: '?raw', import: 'default', eager: true }),
  )
  const unanswered = groups.filter((group) => !sources.some((source) => new RegExp(`keyHandler\\(\\s*'${group}',`).test(source)))
  expect(unanswered).toEqual([])
})

test('no key of a page means something else everywhere', () => {
  const everywhere = keysOf('everywhere').flatMap(([, { press }]) => press)
  for (const group of groups.filter((each) => each !== 'everywhere')) {
    for (const press of keysOf(group).flatMap(([, { press: all }]) => all)) {
      const [pressed] = eventsOf(press)
      expect(everywhere.filter((each) => pressed !== undefined && isPressed(each, pressed.event, null))).toEqual([])
    }
  }
})

describe('the keys of the frame', () => {
  const done: string[] = []
  const studio = {
    project: { value: {} as object | null },
    navigation: { go: (to: string | { page: string }) => done.push(typeof to === 'string' ? to : to.page) },
    steps: { isDialogInFront: false },
    leaving: { question: null as object | null },
    undo: () => done.push('undo'),
    redo: () => done.push('redo'),
  }
  const press = (keys: readonly string[], more: Partial<KeyboardEvent> = {}): void => {
    const onkeydown = frameKeys(studio as unknown as Studio, {
      showCommands: () => done.push('commands'),
      showKeyMap: () => done.push('key map'),
    })
    for (const { event } of keys.flatMap((each) => eventsOf(each, more))) onkeydown(event)
  }
  beforeEach(() => {
    done.length = 0
    studio.project.value = {}
  })

  test('undo and redo answer the keys that the native menu shows', () => {
    press(['Ctrl+Z', 'Ctrl+Shift+Z', 'Control+Y'])
    expect(done).toEqual(['undo', 'redo', 'redo'])
  })
  test('on a Mac the command key is Ctrl, but for the one that belongs to the system there', () => {
    press(['K', 'Y'], { metaKey: true })
    expect(done).toEqual(['commands'])
  })
  test('a letter goes to its page only after G, also in the first second of a page', () => {
    press(['T', 'G', 'E', 'Y'], { timeStamp: 1 })
    expect(done).toEqual(['export'])
  })
  test('every page of the rail has its key', () => {
    press(['G P', 'G L', 'G K', 'G T', 'G C', 'G Y', 'G E', 'G S'])
    expect(done).toEqual(['photos', 'label', 'check', 'train', 'compare', 'try', 'export', 'settings'])
  })
  test('no key means two things at once', () => {
    const { everywhere, pages, ...others } = keyGroups
    for (const group of Object.values(others)) {
      const presses = [everywhere, pages, group].flatMap(({ keys }) => Object.values<Shortcut>(keys).flatMap(({ press }) => press))
      expect(presses.filter((press, at) => presses.indexOf(press) !== at)).toEqual([])
    }
  })
  test('a field that is typed into keeps its keys, but for the one that finds everything', () => {
    press(['?', 'Ctrl+Z', 'G P', 'Ctrl+K'], { target: new Input() })
    expect(done).toEqual(['commands'])
  })
  test('where no project is open, only what needs none has a key', () => {
    studio.project.value = null
    press(['Ctrl+Z', 'G P', '?', 'Ctrl+K'])
    expect(done).toEqual(['key map', 'commands'])
  })
  test('a dialog keeps its keys', () => {
    vi.stubGlobal('document', { querySelector: () => ({}) })
    press(['?', 'Ctrl+K', 'Ctrl+Z'])
    expect(done).toEqual([])
  })
  test('a dialog that has to do with the history answers undo and redo, with all their keys, and no other', () => {
    vi.stubGlobal('document', { querySelector: () => ({}) })
    studio.steps.isDialogInFront = true
    press(['Ctrl+Z', 'Ctrl+Shift+Z', 'Control+Y', '?', 'G P'])
    studio.steps.isDialogInFront = false
    expect(done).toEqual(['undo', 'redo', 'redo'])
  })
  test('behind the question whether to leave, the history stays still, whatever else is open', () => {
    vi.stubGlobal('document', { querySelector: () => ({}) })
    studio.steps.isDialogInFront = true
    studio.leaving.question = {}
    press(['Ctrl+Z', 'Ctrl+Shift+Z'])
    studio.leaving.question = null
    studio.steps.isDialogInFront = false
    expect(done).toEqual([])
  })
})

test('keys are drawn as they stand on the keyboard', () => {
  expect([keyCaps('Ctrl+Shift+Z'), keyCaps('Ctrl+Shift+Z', true), keyCaps('G P'), keyCaps('1-9'), keyCaps('?')]).toEqual([
    ['Ctrl', 'Shift', 'Z'],
    ['⌘', '⇧', 'Z'],
    ['G', 'P'],
    ['1', '…', '9'],
    ['?'],
  ])
})
