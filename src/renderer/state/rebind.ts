import type { Class } from '../../main/contract/labels.ts'
import { ActionKey, type BoundAction } from '../../main/contract/project.ts'
import { capital, keyGroups, type KeyGroup, type Shortcut } from '../text/keys.ts'
import { boundGroups, isBoundAction, listedAction } from './keys.ts'

/** What is to have another key. */
export type KeyTarget = { readonly kind: 'class'; readonly label: Class } | { readonly kind: 'action'; readonly action: BoundAction }

/** What has a key already; `fixed` keeps it. */
export type KeyHolder = KeyTarget | { readonly kind: 'fixed'; readonly does: string }

/** Keys with a name that an action may have. Enter, Space, Tab and Escape belong to what has the focus. */
const named = ['Backspace', 'Delete', 'Insert', 'Home', 'End', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']

/** The key as it is kept: for a class the sign in small letters, for an action as the list writes it; null for one that it cannot have. */
export function keyFor(target: KeyTarget['kind'], { key, ctrlKey, metaKey, altKey }: KeyboardEvent): string | null {
  if (ctrlKey || metaKey || altKey) return null
  if (/^[^\s\p{C}]$/u.test(key)) return target === 'class' ? small(key) : capital(key)
  return target === 'action' && named.includes(key) && ActionKey.safeParse(key).success ? key : null
}

function small(sign: string): string {
  const little = sign.toLowerCase()
  return [...little].length === 1 ? little : sign
}

interface InUse {
  readonly classes: readonly Class[]
  /** The keys of an action now. */
  readonly pressesOf: (action: BoundAction) => readonly string[]
}

/** What has a key where `target` would use it; null where it is free. Digits are kept for classes, which come and go. */
export function holderOf(key: string, target: KeyTarget, { classes, pressesOf }: InUse): KeyHolder | null {
  const label = classes.find((each) => each.key === small(key) && !(target.kind === 'class' && target.label.id === each.id))
  if (label !== undefined) return { kind: 'class', label }
  if (target.kind === 'action' && /^[1-9]$/.test(key)) return { kind: 'fixed', does: keyGroups.label.keys.giveClass.does }
  const isKey = (press: string): boolean => press.split(' ')[0]?.toLowerCase() === key.toLowerCase()
  for (const group of ['everywhere', 'pages', ...boundGroups] as const satisfies readonly KeyGroup[]) {
    const keys: Readonly<Record<string, Shortcut>> = keyGroups[group].keys
    const isPage = group !== 'everywhere' && group !== 'pages'
    // Two actions that are never on one page may have the same key.
    if (isPage && target.kind === 'action' && keys[target.action] === undefined) continue
    for (const [action, { press, does }] of Object.entries(keys)) {
      if (isPage && isBoundAction(action)) {
        if (target.kind === 'action' && target.action === action) continue
        if (pressesOf(action).some(isKey)) return { kind: 'action', action }
      } else if (press.some(isKey) || (press.includes('Arrows') && key.startsWith('Arrow'))) return { kind: 'fixed', does }
    }
  }
  return null
}

/** What is to be written. */
export interface KeyChanges {
  readonly classes: readonly { readonly id: number; readonly key: string | null }[]
  readonly actions: Readonly<Partial<Record<BoundAction, string>>>
}

/**
 * Gives `target` the key of `holder`, which gets that of `target` in return; without a holder the key is free. Null where they cannot swap:
 * the holder cannot do without a key, or not have that one.
 */
export function rebinding(key: string, target: KeyTarget, holder: KeyHolder | null, { pressesOf }: InUse): KeyChanges | null {
  const changes: { classes: { id: number; key: string | null }[]; actions: Partial<Record<BoundAction, string>> } = {
    classes: [],
    actions: {},
  }
  const give = (to: KeyTarget, given: string): void => {
    if (to.kind === 'class') changes.classes.push({ id: to.label.id, key: small(given) === digitOf(to.label) ? null : small(given) })
    else changes.actions[to.action] = capital(given)
  }
  give(target, key)
  if (holder === null) return changes
  if (holder.kind === 'fixed') return null
  const before = target.kind === 'class' ? target.label.key : (pressesOf(target.action)[0] ?? null)
  if (holder.kind === 'class') {
    // Without a key of its own it has none while another class has its digit.
    if (before === null) changes.classes.push({ id: holder.label.id, key: null })
    else if ([...before].length === 1) give(holder, before)
    else return null
    return changes
  }
  // Enter is no key that another action could have.
  if (before === null || before === 'Enter' || (/^[1-9]$/.test(before) && target.kind === 'class')) return null
  give(holder, before)
  return changes
}

function digitOf({ position }: Class): string | null {
  return position < 9 ? String(position + 1) : null
}

/** Whether it has another key than it came with. */
export function isRebound(target: KeyTarget, pressesOf: InUse['pressesOf']): boolean {
  if (target.kind === 'class') return target.label.boundKey !== null
  return pressesOf(target.action).join() !== listedAction(target.action).press.join()
}
