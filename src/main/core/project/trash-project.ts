import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { Dialogs } from '../context.ts'
import { diskError } from './disk-errors.ts'
import { findProject } from './open-project.ts'
import { projectFiles, trashFolder } from './project-files.ts'
import { takeProjectLock } from './project-lock.ts'

/**
 * Moves a closed project to the system's trash; where there is none, into `.graft-trash` beside it. Returns the folder it lies in
 * now, or `trash` for the system's, whose place is not told.
 * @throws PROJECT_NOT_FOUND (any folder that is no project stays where it is), PROJECT_LOCKED, NOT_WRITABLE.
 */
export async function trashProject(path: string, dialogs: Dialogs | null): Promise<string> {
  const root = findProject(path)
  // Nobody may be writing it. Given back before the move, so that the project is not locked when it is taken out of the trash.
  takeProjectLock(projectFiles(root).lock).release()
  if ((await dialogs?.trash(root)) === true) return 'trash'
  try {
    const trash = join(dirname(root), trashFolder)
    mkdirSync(trash, { recursive: true })
    const target = freePlace(join(trash, basename(root)))
    renameSync(root, target)
    return target
  } catch (error) {
    throw diskError(error, dirname(root))
  }
}

/** `cats.graft`, `cats 2.graft`, `cats 3.graft` ...: the first that is not there. */
function freePlace(wanted: string): string {
  const ending = extname(wanted)
  const stem = wanted.slice(0, wanted.length - ending.length)
  for (let copy = 2, place = wanted; ; copy++) {
    if (!existsSync(place)) return place
    place = `${stem} ${copy}${ending}`
  }
}
