import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { Class, ClassKeyChoice } from '../../contract/labels.ts'
import { recordStep } from '../history/record-step.ts'
import { readClasses, setClassKey } from './class-rows.ts'

/**
 * Gives classes keys of their own, or with null the digits of their places back, as one step of the history, so that two of them may swap. A
 * digit that is given to one class is not another's by its place.
 * @throws CLASS_NOT_FOUND, CLASS_KEY_TAKEN when a class that is not named has the key
 */
export function bindClassKeys(db: Database, choices: readonly ClassKeyChoice[], { atMs }: { readonly atMs: number }): Class[] {
  const details = (names: readonly string[]) => ({ class: names[0] ?? '', ...(names[1] === undefined ? {} : { with: names[1] }) })
  recordStep(db, { action: 'class-key', details, atMs }, () => {
    const before = readClasses(db)
    const named = choices.map(({ id }) => {
      const found = before.find((each) => each.id === id)
      if (found === undefined) throw new StudioError('CLASS_NOT_FOUND', { class: String(id) })
      return found
    })
    const changing = choices.filter(({ id, key }) => before.find((each) => each.id === id)?.boundKey !== key)
    // First none, so that two may swap.
    for (const { id, key } of changing) if (key !== null) setClassKey(db, id, null)
    for (const { id, key } of changing) {
      const taken = key === null ? undefined : readClasses(db).find((each) => each.id !== id && each.boundKey === key)
      if (taken !== undefined) throw new StudioError('CLASS_KEY_TAKEN', { key: key ?? '', class: taken.name })
      setClassKey(db, id, key)
    }
    return named.map(({ name }) => name)
  })
  return readClasses(db)
}
