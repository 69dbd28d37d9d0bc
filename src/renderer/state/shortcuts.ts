import { keyGroups, type KeyGroup, type Shortcut, type ShortcutOf } from '../text/keys.ts'

/** How long the first of two keys waits for the second. */
const sequenceMs = 1200

/** What each key of a group does. An action that answers `false` has nothing to do now and leaves the key to the browser. */
export type KeyActions<G extends KeyGroup> = { readonly [S in ShortcutOf<G>]: (event: KeyboardEvent) => unknown }

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
 * field while it is typed into, but for those that are marked for one or the other. `inDialog`: the group is that of a dialog.
 */
export function keyHandler<G extends KeyGroup>(
  group: G,
  actions: KeyActions<G>,
  { inDialog = false }: { readonly inDialog?: boolean } = {},
): (event: KeyboardEvent) => void {
  const shortcuts: readonly (readonly [string, Shortcut])[] = Object.entries(keyGroups[group].keys)
  let first: { readonly key: string; readonly atMs: number } | null = null
  return (event) => {
    if (event.defaultPrevented) return
    const isBehind = !inDialog && document.querySelector('dialog[open]') !== null
    const typing = isTyping(event)
    const before = first !== null && event.timeStamp - first.atMs < sequenceMs ? first.key : null
    first = isBehind || typing || event.ctrlKey || event.metaKey || event.altKey ? null : { key: event.key, atMs: event.timeStamp }
    const found = shortcuts.find(
      ([, { press, whileTyping, inDialog }]) =>
        (!typing || whileTyping === true) && (!isBehind || inDialog === true) && press.some((each) => isPressed(each, event, before)),
    )
    // The names are those of the group's list, which the compiler has held against the actions.
    if (found === undefined || actions[found[0] as ShortcutOf<G>](event) === false) return
    first = null
    event.preventDefault()
  }
}

/** Whether a key event is the key `press` of the list, or the second one of two after `before`. */
export function isPressed(press: string, event: KeyboardEvent, before: string | null): boolean {
  const [one, two] = press.split(' ')
  if (two !== undefined) return one !== undefined && before !== null && isKey(one, before) && isPressed(two, event, null)
  const parts = press.split('+')
  const key = parts.at(-1) ?? ''
  const held = (name: string): boolean => parts.includes(name)
  if (event.altKey !== held('Alt')) return false
  if (held('Control')) return event.ctrlKey && isKey(key, event.key) && event.shiftKey === held('Shift')
  if ((event.ctrlKey || event.metaKey) !== held('Ctrl')) return false
  // Which signs need Shift is different on every keyboard.
  return isKey(key, event.key) && (event.shiftKey === held('Shift') || /^[^\p{L}\p{N}]$/u.test(key))
}

function isKey(written: string, key: string): boolean {
  if (written === 'Arrows') return /^Arrow(Left|Right|Up|Down)$/.test(key)
  if (written === '1-9') return /^[1-9]$/.test(key)
  if (written === 'Space') return key === ' '
  return written.toLowerCase() === key.toLowerCase()
}
