import { StudioError } from '../../contract/errors.ts'
import type { Class } from '../../contract/labels.ts'

/** The class of that name; letter case matters only where two names differ by nothing else. Throws `CLASS_NOT_FOUND`. */
export function findClass(classes: readonly Class[], name: string): Class {
  const exact = classes.find((each) => each.name === name)
  const similar = classes.filter((each) => each.name.toLowerCase() === name.toLowerCase())
  const found = exact ?? (similar.length === 1 ? similar[0] : undefined)
  if (found === undefined) throw new StudioError('CLASS_NOT_FOUND', { class: name })
  return found
}
