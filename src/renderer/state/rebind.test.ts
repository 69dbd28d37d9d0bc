import { expect, test } from 'vitest'
import type { Class } from '../../main/contract/labels.ts'
import type { BoundAction } from '../../main/contract/project.ts'
import { listedAction } from './keys.ts'
import { holderOf, keyFor, rebinding, type KeyTarget } from './rebind.ts'

const label = (id: number, key: string | null, boundKey: string | null = null): Class => ({
  id,
  name: `class ${id}`,
  colour: '#0072b2',
  position: id - 1,
  images: 0,
  boundKey,
  key,
})
const classes = [label(1, '1'), label(2, 'd', 'd'), label(12, null)]
const inUse = { classes, pressesOf: (action: BoundAction): readonly string[] => listedAction(action).press }
const ofClass = (index: number): KeyTarget => ({ kind: 'class', label: classes[index] ?? label(0, null) })
const skip: KeyTarget = { kind: 'action', action: 'skip' }
const pressed = (key: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more }) as KeyboardEvent
const rebind = (key: string, target: KeyTarget) => rebinding(key, target, holderOf(key, target, inUse), inUse)

test('a class takes one sign, an action a sign or a key with a name, and neither what others need', () => {
  expect(['Q', 'q', '5', '+', 'Ф', 'Enter', ' ', 'Tab', 'Delete', 'F5', 'Dead'].map((key) => keyFor('class', pressed(key)))).toEqual([
    'q',
    'q',
    '5',
    '+',
    'ф',
    null,
    null,
    null,
    null,
    null,
    null,
  ])
  expect(['q', 'Delete', 'ArrowLeft', 'Enter', 'Escape', ' '].map((key) => keyFor('action', pressed(key)))).toEqual([
    'Q',
    'Delete',
    'ArrowLeft',
    null,
    null,
    null,
  ])
  expect(keyFor('class', pressed('q', { ctrlKey: true }))).toBe(null)
})

test('a free key is taken, and the digit of its own place is no choice', () => {
  expect(rebind('q', ofClass(0))).toEqual({ classes: [{ id: 1, key: 'q' }], actions: {} })
  expect(rebind('2', ofClass(1))).toEqual({ classes: [{ id: 2, key: null }], actions: {} })
  expect(rebind('J', skip)).toEqual({ classes: [], actions: { skip: 'J' } })
})

test('two classes swap, and one that had none leaves the other without', () => {
  expect(rebind('d', ofClass(0))).toEqual({
    classes: [
      { id: 1, key: 'd' },
      { id: 2, key: '1' },
    ],
    actions: {},
  })
  expect(rebind('1', ofClass(2))).toEqual({
    classes: [
      { id: 12, key: '1' },
      { id: 1, key: null },
    ],
    actions: {},
  })
})

test('an action swaps with another of the same page, and with a class that can have its key', () => {
  expect(rebind('F', skip)).toEqual({ classes: [], actions: { skip: 'F', close: 'S' } })
  expect(rebind('D', skip)).toEqual({ classes: [{ id: 2, key: 's' }], actions: { skip: 'D' } })
  expect(rebind('s', ofClass(1))).toEqual({ classes: [{ id: 2, key: 's' }], actions: { skip: 'D' } })
  // Back is on Backspace, which no class can have; a class gives no digit away.
  expect(rebind('D', { kind: 'action', action: 'back' })).toBe(null)
  expect(rebind('s', ofClass(0))).toBe(null)
  expect(rebind('s', ofClass(2))).toBe(null)
})

test('keys of the whole studio, the first of two, and the digits of classes to come are not given away', () => {
  expect(holderOf('?', ofClass(0), inUse)).toMatchObject({ kind: 'fixed', does: 'Show this map' })
  expect(holderOf('g', ofClass(0), inUse)).toMatchObject({ kind: 'fixed' })
  expect(holderOf('7', skip, inUse)).toMatchObject({ kind: 'fixed' })
  expect(holderOf('ArrowUp', { kind: 'action', action: 'trash' }, inUse)).toMatchObject({ kind: 'fixed' })
})

test('two actions that are never on one page may have one key', () => {
  expect(holderOf('N', { kind: 'action', action: 'skip' }, inUse)).toMatchObject({ kind: 'action', action: 'newClass' })
  expect(holderOf('S', { kind: 'action', action: 'note' }, inUse)).toBe(null)
})

test('accepting may be on another key than Enter, which no other action gets for it', () => {
  const accept: KeyTarget = { kind: 'action', action: 'accept' }
  expect(rebind('Y', accept)).toEqual({ classes: [], actions: { accept: 'Y' } })
  expect(rebind('S', accept)).toBe(null)
  // The grid of suggestions turns to the next class with it.
  expect(holderOf('PageDown', accept, inUse)).toMatchObject({ kind: 'fixed' })
})
