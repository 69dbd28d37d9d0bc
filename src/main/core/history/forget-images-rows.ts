import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'
import { unrecorded } from './history-rows.ts'
import { historyTables, keyedByImage, type HistoryTable } from './history-tables.ts'

/**
 * Takes images out of every step, and the rows about them that come and go. Each change of a row stands for itself, so that the steps work
 * as before for all others; one that was about these images alone is gone, and the counts of the others become smaller and name no image any
 * more. In a transaction.
 */
export function forgetImages(db: Database, imageIds: readonly number[]): void {
  const ids = JSON.stringify(imageIds)
  const steps = prepared<[{ ids: string }], Concerned>(db, readConcerned).all({ ids })
  prepared<[{ ids: string }]>(db, forgetChanges).run({ ids })
  const remove = prepared<[number]>(
    db,
    'DELETE FROM history_step WHERE id = ? AND NOT EXISTS (SELECT 1 FROM history_change WHERE step_id = history_step.id)',
  )
  const recounts = ['images', 'labelled', 'replaced'].map((count) =>
    prepared<[Concerned]>(
      db,
      // A number of JavaScript is bound as a real one, and JSON tells 6.0 from 6.
      `UPDATE history_step SET details = json_set(details, '$.${count}', CAST(max(0, details ->> '${count}' - :${count}) AS INTEGER))
       WHERE id = :stepId AND json_type(details, '$.${count}') IN ('integer', 'real')`,
    ),
  )
  const unname = prepared<[number]>(
    db,
    "UPDATE history_step SET details = json_remove(details, '$.photo') WHERE id = ? AND json_type(details, '$.photo') IS NOT NULL",
  )
  for (const step of steps) {
    if (remove.run(step.stepId).changes > 0) continue
    unname.run(step.stepId)
    for (const recount of recounts) recount.run(step)
  }
  unrecorded(db, () => {
    for (const sql of removals) prepared<[{ ids: string }]>(db, sql).run({ ids })
  })
}

/** A step that changed some of the images. */
interface Concerned {
  readonly stepId: number
  /** So many of those that its `images` counts, so many of their labels, and so many of those that took the place of another class. */
  readonly images: number
  readonly labelled: number
  readonly replaced: number
}

const tables: readonly (readonly [string, HistoryTable])[] = Object.entries(historyTables)

/** Whether a change is about one of the images `wanted`. */
const isConcerned = tables
  .filter(([, { images }]) => images.length > 0)
  .map(([table, { id, images }]) => {
    const named = images.map((column) =>
      column === id ? 'row_id IN wanted' : `before ->> '${column}' IN wanted OR after ->> '${column}' IN wanted`,
    )
    return `(table_name = '${table}' AND (${named.join(' OR ')}))`
  })
  .join(' OR ')

const wanted = 'WITH wanted AS MATERIALIZED (SELECT value FROM json_each(:ids))'
/** `images` of these steps are those that came or went; what else they change is labels and notes of others. */
const isOfComing = `(action = 'look-alikes-keep-best' OR (action = 'image-add' AND json_type(details, '$.class') IS NULL))`
const isCounted = `CASE WHEN ${isOfComing} THEN table_name = 'image' AND before ->> 'trashed_at_ms' IS NOT after ->> 'trashed_at_ms'
  ELSE table_name IN (${keyedByImage}) END`
const readConcerned = `${wanted}
  SELECT step_id AS stepId, COUNT(DISTINCT CASE WHEN ${isCounted} THEN row_id END) AS images,
    COUNT(DISTINCT CASE WHEN table_name = 'label' THEN row_id END) AS labelled,
    COUNT(DISTINCT CASE WHEN table_name = 'label' AND before ->> 'class_id' <> after ->> 'class_id' THEN row_id END) AS replaced
  FROM history_change JOIN history_step ON history_step.id = step_id WHERE ${isConcerned} GROUP BY step_id`
const forgetChanges = `${wanted} DELETE FROM history_change WHERE ${isConcerned}`
const removals = tables
  .filter(([, { rows, images }]) => rows === 'come-and-go' && images.length > 0)
  .map(([table, { images }]) => `${wanted} DELETE FROM ${table} WHERE ${images.map((column) => `${column} IN wanted`).join(' OR ')}`)
