import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

/** Keeps how fast this machine did `what` just now, for forecasts: units per second, above 0. */
export function recordSpeed(db: Database, what: string, perSecond: number): void {
  const sql = 'INSERT INTO speed (what, per_second) VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET per_second = excluded.per_second'
  prepared<[string, number]>(db, sql).run(what, perSecond)
}

/** Units per second; null while `what` was never measured in this project. */
export function readSpeed(db: Database, what: string): number | null {
  const sql = 'SELECT per_second AS perSecond FROM speed WHERE what = ?'
  return prepared<[string], { perSecond: number }>(db, sql).get(what)?.perSecond ?? null
}
