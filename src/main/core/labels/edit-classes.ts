import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { Class } from '../../contract/labels.ts'
import { recordStep } from '../history/record-step.ts'
import { nextClassColour } from './class-colours.ts'
import {
  findClassName,
  insertClass,
  markClassDeleted,
  nextPosition,
  readClasses,
  readClassNames,
  readDeletedClasses,
  reviveClass,
  setClassColour,
  setClassName,
  setClassPosition,
} from './class-rows.ts'
import { deleteLabels, moveLabels } from './label-rows.ts'

/** Each of these is one step of the history, at `atMs`, and on the disk when it returns. */
interface At {
  readonly atMs: number
}

/** @throws CLASS_NOT_FOUND for an id that no class in use has */
export function readClass(db: Database, id: number): Class {
  const found = readClasses(db).find((each) => each.id === id)
  if (found === undefined) throw new StudioError('CLASS_NOT_FOUND', { class: String(id) })
  return found
}

/** @throws CLASS_NOT_FOUND for an id that no class in use has */
export function nameOfClass(db: Database, id: number): string {
  const name = findClassName(db, id)
  if (name === null) throw new StudioError('CLASS_NOT_FOUND', { class: String(id) })
  return name
}

/** Puts a class at the end of the list. @throws CLASS_EXISTS when one in use has the name, whatever the case */
export function addClass(db: Database, name: string, { atMs }: At): Class {
  const { result } = recordStep(db, { action: 'class-add', details: { class: name }, atMs }, () => {
    refuseTaken(db, name, null)
    return makeClass(db, name)
  })
  return readClass(db, result)
}

/**
 * Makes a class, inside a step, and answers its id. A class of that name that was deleted comes back with its id, so that results
 * from before stay comparable with those after.
 */
export function makeClass(db: Database, name: string): number {
  const row = {
    name: name.normalize('NFC'),
    colour: nextClassColour(readClassNames(db).map((each) => each.colour)),
    position: nextPosition(db),
  }
  const deleted = readDeletedClasses(db).find((each) => isSameName(each.name, name))
  if (deleted === undefined) return insertClass(db, row)
  reviveClass(db, deleted.id, row)
  return deleted.id
}

/** @throws CLASS_NOT_FOUND, CLASS_EXISTS */
export function renameClass(db: Database, id: number, name: string, { atMs }: At): Class {
  const details = (from: string) => ({ from, to: name })
  recordStep(db, { action: 'class-rename', details, atMs }, () => {
    const from = nameOfClass(db, id)
    refuseTaken(db, name, id)
    setClassName(db, id, name.normalize('NFC'))
    return from
  })
  return readClass(db, id)
}

/** @throws CLASS_NOT_FOUND */
export function recolourClass(db: Database, id: number, colour: string, { atMs }: At): Class {
  const details = (name: string) => ({ class: name })
  recordStep(db, { action: 'class-recolour', details, atMs }, () => {
    const name = nameOfClass(db, id)
    setClassColour(db, id, colour)
    return name
  })
  return readClass(db, id)
}

/** Puts the classes in the order of `ids`. @throws INVALID_INPUT unless `ids` names each class in use once */
export function reorderClasses(db: Database, ids: readonly number[], { atMs }: At): Class[] {
  recordStep(db, { action: 'class-reorder', details: { classes: ids.length }, atMs }, () => {
    const known = new Set(readClassNames(db).map((each) => each.id))
    if (ids.length !== known.size || new Set(ids).size !== ids.length || !ids.every((id) => known.has(id))) {
      throw new StudioError('INVALID_INPUT', { reason: `the new order must name each of the ${known.size} classes once` })
    }
    // The order they have already is no step, even where deleted classes have left gaps between the positions.
    if ([...known].every((id, position) => ids[position] === id)) return
    ids.forEach((id, position) => setClassPosition(db, id, position))
  })
  return readClasses(db)
}

/** Moves every label of `from` to `into` and deletes `from`. @throws CLASS_NOT_FOUND, INVALID_INPUT for a class with itself */
export function mergeClasses(db: Database, from: number, into: number, { atMs }: At): Class {
  const details = (merged: { from: string; into: string; images: number }) => merged
  recordStep(db, { action: 'class-merge', details, atMs }, () => {
    if (from === into) throw new StudioError('INVALID_INPUT', { reason: 'a class cannot be merged with itself' })
    const names = { from: nameOfClass(db, from), into: nameOfClass(db, into) }
    const images = moveLabels(db, from, into, atMs)
    markClassDeleted(db, from, atMs)
    return { ...names, images }
  })
  return readClass(db, into)
}

/** Deletes a class with its labels and answers how many images lost theirs. @throws CLASS_NOT_FOUND */
export function deleteClass(db: Database, id: number, { atMs }: At): number {
  const details = (deleted: { class: string; images: number }) => deleted
  const { result } = recordStep(db, { action: 'class-delete', details, atMs }, () => {
    const name = nameOfClass(db, id)
    const images = deleteLabels(db, id)
    markClassDeleted(db, id, atMs)
    return { class: name, images }
  })
  return result.images
}

function refuseTaken(db: Database, name: string, except: number | null): void {
  const taken = readClassNames(db).find((each) => each.id !== except && isSameName(each.name, name))
  if (taken !== undefined) throw new StudioError('CLASS_EXISTS', { class: taken.name })
}

/** Names that differ in case alone, or in how accents are written (macOS does so for folders), are the same to people. */
export function isSameName(first: string, second: string): boolean {
  return foldName(first) === foldName(second)
}

export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
