import { StudioError } from '../../contract/errors.ts'
import type { Class } from '../../contract/labels.ts'
import { isSameName } from '../../core/labels/edit-classes.ts'

/** The class of that name, whatever its letter case: two classes of a project never differ by that alone. Null where there is none. */
export function classNamed<Named extends { readonly name: string }>(classes: readonly Named[], name: string): Named | null {
  return classes.find((each) => each.name === name) ?? classes.find((each) => isSameName(each.name, name.trim())) ?? null
}

/** The same. Throws `CLASS_NOT_FOUND`. */
export function findClass(classes: readonly Class[], name: string): Class {
  const found = classNamed(classes, name)
  if (found === null) throw new StudioError('CLASS_NOT_FOUND', { class: name })
  return found
}
