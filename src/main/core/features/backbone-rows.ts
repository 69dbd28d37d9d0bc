import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** The backbone of the newest run of this project; null before the first one. */
export function lastBackboneId(db: Database): string | null {
  const sql = 'SELECT backbone_id AS id FROM run ORDER BY number DESC LIMIT 1'
  return prepared<[], { id: string }>(db, sql).get()?.id ?? null
}
