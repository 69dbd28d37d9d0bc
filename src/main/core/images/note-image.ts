import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import { historyState, recordStep } from '../history/record-step.ts'
import { findImage, setNote } from './image-rows.ts'

/** A note is saved whenever its typing pauses: what is written about one image within this time is one step, and one press takes it back. */
const oneStepMs = 10 * 60_000

export interface NoteToWrite {
  readonly hash: string
  readonly note: string
  readonly atMs: number
}

/** Writes a note about an image, also one in the trash; blanks alone are no note. Answers whether it is another one than before. @throws IMAGE_NOT_FOUND */
export function noteImage(db: Database, { hash, note, atMs }: NoteToWrite): boolean {
  const image = findImage(db, hash)
  if (image === null || image.isErased) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  const { undo } = historyState(db)
  const isSameNote = undo !== null && undo.details['hash'] === hash && atMs - undo.atMs < oneStepMs
  const step = { action: 'image-note', details: { photo: image.name, hash }, atMs, continues: isSameNote ? undo.id : null } as const
  return recordStep(db, step, () => setNote(db, hash, note.trim() === '' ? '' : note)).result
}
