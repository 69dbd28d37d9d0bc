import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** Numbers of the runs that start from a backbone, in order. */
export function readStartedRuns(db: Database, backboneId: string): number[] {
  return prepared<[string], number>(db, 'SELECT number FROM run WHERE backbone_id = ? ORDER BY number').pluck().all(backboneId)
}
