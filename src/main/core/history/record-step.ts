import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import { HistoryStep } from '../../contract/labels.ts'
import {
  countSteps,
  deleteStep,
  deleteUndone,
  describeStep,
  findDone,
  findOnlyImage,
  hasStep,
  insertStep,
  lastChange,
  markStep,
  newestDone,
  newestStep,
  oldestUndone,
  readChanges,
  readSteps,
  startRecording,
  stopRecording,
  unrecorded,
  writeRow,
  type HistoryStepRow,
} from './history-rows.ts'

type Details = HistoryStep['details']

export interface StepToRecord<T> {
  readonly action: HistoryStep['action']
  /**
   * Names and counts for the words of the step, e.g. `{ class: 'cat', images: 12 }`; a function where they are known only afterwards. `photo`,
   * the name of the image where `images` is one, is added to them.
   */
  readonly details: Details | ((result: T) => Details)
  readonly atMs: number
  /** A step of the same action to add to, e.g. that of an import's earlier photos. Only while it is the newest one; else a new step is made. */
  readonly continues?: number | null
  /**
   * Whether `body` changes nothing that a step after `continues` has changed or builds on, e.g. brings new images alone. It is then added to
   * that step although others came after it, and what was undone of those can still be redone. Asked only where there are such.
   */
  readonly isApart?: () => boolean
}

export interface Recorded<T> {
  readonly result: T
  /** Null when nothing changed: then there is nothing to undo, and what was undone can still be redone. */
  readonly stepId: number | null
}

/**
 * Runs `body` in one transaction, in which it may change the tables of `history-tables.ts` (anywhere else the database refuses
 * that), and makes what it changed one step of the history. Steps that were undone can then not be redone. When this returns, the
 * change is on the disk, unless the caller has a transaction of its own around it. Steps do not nest.
 */
export function recordStep<T>(db: Database, step: StepToRecord<T>, body: () => T): Recorded<T> {
  return db.transaction(() => record(db, step, body)).immediate()
}

function record<T>(db: Database, step: StepToRecord<T>, body: () => T): Recorded<T> {
  const { action, details, atMs } = step
  const { continued, isApart } = stepToContinue(db, step)
  const stepId = continued?.id ?? insertStep(db, action, atMs)
  const before = lastChange(db, stepId)
  startRecording(db, stepId)
  const result = body()
  stopRecording(db)
  const changed = lastChange(db, stepId) > before
  if (!changed) {
    if (continued === null) deleteStep(db, stepId)
    return { result, stepId: continued?.id ?? null }
  }
  if (!isApart) deleteUndone(db)
  const told = typeof details === 'function' ? details(result) : details
  const all = continued === null ? told : addCounts(JSON.parse(continued.details) as Details, told)
  describeStep(db, stepId, JSON.stringify(nameOnlyImage(db, stepId, all)))
  return { result, stepId }
}

/** The step to add to, if any; `isApart`: although there are newer ones. */
function stepToContinue<T>(
  db: Database,
  { action, continues = null, isApart }: StepToRecord<T>,
): { readonly continued: HistoryStepRow | null; readonly isApart: boolean } {
  const asked = continues === null ? null : findDone(db, continues)
  if (asked?.action !== action) return { continued: null, isApart: false }
  const apart = isApart !== undefined && newestStep(db) !== asked.id && isApart()
  return { continued: apart || newestDone(db)?.id === asked.id ? asked : null, isApart: apart }
}

/** Counts of a continued step add up; its names stay those of the newest part. */
function addCounts(old: Details, added: Details): Details {
  const sum = Object.entries(added).map(([key, value]) => {
    const before = old[key]
    return [key, typeof value === 'number' && typeof before === 'number' ? before + value : value]
  })
  return { ...old, ...(Object.fromEntries(sum) as Details) }
}

function nameOnlyImage(db: Database, stepId: number, details: Details): Details {
  if (details['images'] === undefined) return details
  const { photo: _ofBefore, ...others } = details
  const photo = others['images'] === 1 ? findOnlyImage(db, stepId) : null
  return photo === null ? others : { ...others, photo }
}

/** Takes the newest step back. @throws NOTHING_TO_UNDO */
export function undoStep(db: Database): HistoryStep {
  return db
    .transaction(() => {
      const step = newestDone(db)
      if (step === null) throw new StudioError('NOTHING_TO_UNDO', {})
      takeBack(db, step)
      return asStep(step)
    })
    .immediate()
}

/** Repeats the step that was undone last. @throws NOTHING_TO_REDO */
export function redoStep(db: Database): HistoryStep {
  return db
    .transaction(() => {
      const step = oldestUndone(db)
      if (step === null) throw new StudioError('NOTHING_TO_REDO', {})
      repeat(db, step)
      return asStep(step)
    })
    .immediate()
}

/**
 * Undoes or repeats steps, all of them or none, until the step `id` is the newest one that is done; null: until none is. Answers how many
 * steps were undone (below 0) or repeated.
 * @throws STEP_NOT_FOUND
 */
export function goToStep(db: Database, id: number | null): number {
  return db
    .transaction(() => {
      if (id !== null && !hasStep(db, id)) throw new StudioError('STEP_NOT_FOUND', { step: id })
      let moved = 0
      for (let step = newestDone(db); step !== null && step.id > (id ?? 0); step = newestDone(db), moved--) takeBack(db, step)
      for (let step = oldestUndone(db); step !== null && step.id <= (id ?? 0); step = oldestUndone(db), moved++) repeat(db, step)
      return moved
    })
    .immediate()
}

function takeBack(db: Database, { id }: HistoryStepRow): void {
  unrecorded(db, () =>
    readChanges(db, id)
      .reverse()
      .forEach((change) => writeRow(db, change, change.before)),
  )
  markStep(db, id, 'undone')
}

function repeat(db: Database, { id }: HistoryStepRow): void {
  unrecorded(db, () => readChanges(db, id).forEach((change) => writeRow(db, change, change.after)))
  markStep(db, id, 'done')
}

/** Steps from the newest one on, those that were undone before those that are done: at most `limit` behind the first `offset`. */
export function listSteps(db: Database, page: { readonly offset: number; readonly limit: number }): ListedSteps {
  const steps = readSteps(db, page).map(({ state, ...row }) => ({ ...asStep(row), isDone: state === 'done' }))
  return { ...countSteps(db), steps }
}

interface ListedSteps {
  readonly total: number
  /** Of those, how many are undone now: the first ones of the list. */
  readonly undone: number
  readonly steps: readonly (HistoryStep & { readonly isDone: boolean })[]
}

export function historyState(db: Database): { undo: HistoryStep | null; redo: HistoryStep | null } {
  const [undo, redo] = [newestDone(db), oldestUndone(db)]
  return { undo: undo && asStep(undo), redo: redo && asStep(redo) }
}

/** A row that no version of Graft has written is told as well as it can be: the list of all steps must not fail by it. */
const StoredStep = HistoryStep.extend({
  action: HistoryStep.shape.action.catch('unknown'),
  details: HistoryStep.shape.details.catch({}),
  atMs: HistoryStep.shape.atMs.catch(0),
})

function asStep({ details, ...row }: HistoryStepRow): HistoryStep {
  return StoredStep.parse({ ...row, details: JSON.parse(details) as unknown })
}
