import type { Database } from 'better-sqlite3'
import { temperatureOf, type ForeignCheck, type Tempering } from '../../contract/sureness.ts'
import { prepared } from '../db/prepared.ts'

/** What the columns of a run say of its tempering. */
export function temperingColumns(tempering: Tempering): { readonly temperature: number; readonly tempering: string | null } {
  return { temperature: temperatureOf(tempering), tempering: tempering.state === 'never' ? null : JSON.stringify(tempering) }
}

/** Other percentages make a threshold another one: it goes back to 0. */
export function writeTempering(db: Database, runId: string, tempering: Tempering): void {
  const columns = temperingColumns(tempering)
  prepared<[number, string | null, string]>(db, 'UPDATE run SET temperature = ?, tempering = ?, answer_from_percent = 0 WHERE id = ?').run(
    columns.temperature,
    columns.tempering,
    runId,
  )
}

export function writeThreshold(db: Database, runId: string, percent: number): void {
  prepared<[number, string]>(db, 'UPDATE run SET answer_from_percent = ? WHERE id = ?').run(percent, runId)
}

export function writeForeignCheck(db: Database, runId: string, check: ForeignCheck | null): void {
  prepared<[string | null, string]>(db, 'UPDATE run SET foreign_check = ? WHERE id = ?').run(
    check === null ? null : JSON.stringify(check),
    runId,
  )
}
