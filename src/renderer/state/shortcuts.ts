import { keyGroups, type KeyGroup, type Shortcut, type ShortcutOf } from '../text/keys.ts'

/** How long the first of two keys waits for the second. */
const sequenceMs = 1200

/** What each key of a group does. An action that answers `false` has nothing to do now and leaves the key to the browser. */
export type KeyActions<G extends KeyGroup> = { readonly [S in ShortcutOf<G>]: (event: KeyboardEvent) => unknown }

/** Keys that a person has chosen: those of the classes, and those of actions in place of the keys of the list. */
export interface ChosenKeys {
  /** Whether a class has this key. */
  isOfClass(sign: string): boolean
  /** The keys of an action, which the list gives as `press`. */
  pressesOf(group: KeyGroup, action: string, press: readonly string[]): readonly string[]
}

/** The keys of the list alone: the digits are those of classes. */
const listedKeys: ChosenKeys = { isOfClass: (sign) => /^[1-9]$/.test(sign), pressesOf: (_group, _action, press) => press }

/** Whether the keyboard is a Mac's, whose keys have other names. */
export function isMacKeyboard(): boolean {
  return navigator.userAgent.includes('Mac')
}

/** Whether keys belong to a field that is typed into. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return isTypedInto(target)
}

/** Whether an element that has the focus takes keys for itself. */
export function isTypedInto(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['range', 'checkbox', 'radio', 'button', 'color'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
}

/**
 * A listener for `keydown` that answers every key of a group of the map, by its list. Keys belong to a dialog while one is open, and to a
 * field while it is typed into, but for those that are marked for one or the other. `inDialog`: the group is that of a dialog. `keys`: what was
 * chosen in place of the list's.
 */
export function keyHandler<G extends KeyGroup>(
  group: G,
  actions: KeyActions<G>,
  { inDialog = false, keys = listedKeys }: { readonly inDialog?: boolean; readonly keys?: ChosenKeys } = {},
): (event: KeyboardEvent) => void {
  const shortcuts: readonly (readonly [string, Shortcut])[] = Object.entries(keyGroups[group].keys)
  let first: { readonly key: string; readonly atMs: number } | null = null
  return (event) => {
    if (event.defaultPrevented) return
    const isBehind = !inDialog && document.querySelector('dialog[open]') !== null
    const typing = isTyping(event)
    const before = first !== null && event.timeStamp - first.atMs < sequenceMs ? first.key : null
    const signs = signsOf(event)
    first = isBehind || typing || event.ctrlKey || event.metaKey || event.altKey ? null : { key: signs.at(-1) ?? '', atMs: event.timeStamp }
    const answering = (sign: string) =>
      shortcuts.find(
        ([action, { press, whileTyping, inDialog }]) =>
          (!typing || whileTyping === true) &&
          (!isBehind || inDialog === true) &&
          keys.pressesOf(group, action, press).some((each) => isPressed(each, { ...held(event), key: sign }, before, keys)),
      )
    const found = signs.map(answering).find((each) => each !== undefined)
    // The names are those of the group's list, which the compiler has held against the actions.
    if (found === undefined || actions[found[0] as ShortcutOf<G>](event) === false) return
    first = null
    event.preventDefault()
  }
}

/**
 * What a key means, best first: the sign that it types, which is what stands on it, and where that is none of ours the sign it has on a Latin
 * keyboard: the digits of a French one need Shift, and a Russian one types no Latin letters at all.
 */
export function signsOf({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): readonly string[] {
  const digit = shiftKey || /^\d$/.test(key) ? undefined : /^Digit(\d)$/.exec(code)?.[1]
  // Of one sign that is not ASCII.
  const letter = key.length === 1 && key > '~' ? /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() : undefined
  const other = digit ?? letter
  return other === undefined ? [key] : [key, other]
}

/** A key with what is held beside it. */
type Chord = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

function held({ ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Omit<Chord, 'key'> {
  return { ctrlKey, metaKey, altKey, shiftKey }
}

/** Whether a key event is the key `press` of the list, or the second one of two after `before`. */
export function isPressed(press: string, event: Chord, before: string | null, keys: ChosenKeys = listedKeys): boolean {
  const [one, two] = press.split(' ')
  if (two !== undefined) return one !== undefined && before !== null && isKey(one, before, keys) && isPressed(two, event, null, keys)
  const parts = press === '+' ? [press] : press.split('+')
  const key = parts.at(-1) ?? ''
  const isHeld = (name: string): boolean => parts.includes(name)
  if (event.altKey !== isHeld('Alt')) return false
  if (isHeld('Control')) return event.ctrlKey && isKey(key, event.key, keys) && event.shiftKey === isHeld('Shift')
  if ((event.ctrlKey || event.metaKey) !== isHeld('Ctrl')) return false
  // Which signs and digits need Shift is different on every keyboard.
  return isKey(key, event.key, keys) && (event.shiftKey === isHeld('Shift') || /^[^\p{L}\s]$/u.test(event.key))
}

function isKey(written: string, key: string, keys: ChosenKeys): boolean {
  if (written === 'Arrows') return /^Arrow(Left|Right|Up|Down)$/.test(key)
  if (written === '1-9') return /^[1-9]$/.test(key)
  if (written === 'Class') return keys.isOfClass(key.toLowerCase())
  if (written === 'Space') return key === ' '
  return written.toLowerCase() === key.toLowerCase()
}
