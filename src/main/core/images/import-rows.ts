import type { Database } from 'better-sqlite3'
import { ImportReport, type SkippedFile } from '../../contract/images.ts'
import { prepared } from '../db/prepared.ts'

/** Answers the id of the import, which is `running` from now on. */
export function insertImport(db: Database, startedAtMs: number): number {
  return Number(prepared<[number]>(db, "INSERT INTO import (state, started_at_ms) VALUES ('running', ?)").run(startedAtMs).lastInsertRowid)
}

export function endImport(
  db: Database,
  id: number,
  {
    state,
    report,
    endedAtMs,
  }: { readonly state: 'finished' | 'cancelled' | 'failed'; readonly report: ImportReport; readonly endedAtMs: number },
): void {
  prepared<[string, string, number, number]>(db, 'UPDATE import SET state = ?, report = ?, ended_at_ms = ? WHERE id = ?').run(
    state,
    JSON.stringify(report),
    endedAtMs,
    id,
  )
}

/** The newest `limit` imports that left a report; one that was killed left none, and one that nobody can read is left out. */
export function readImports(db: Database, limit: number): { id: number; startedAtMs: number; report: ImportReport }[] {
  const sql = 'SELECT id, started_at_ms AS startedAtMs, report FROM import WHERE report IS NOT NULL ORDER BY id DESC LIMIT ?'
  const rows = prepared<[number], { id: number; startedAtMs: number; report: string }>(db, sql).all(limit)
  return rows.flatMap(({ report: text, ...row }) => {
    const report = readReport(text)
    return report === null ? [] : [{ ...row, report }]
  })
}

/** Null where another program, or a damaged one, has written it. */
function readReport(text: string): ImportReport | null {
  return ImportReport.safeParse(JSON.parse(text)).data ?? null
}

/**
 * Takes what reports say of single images out of them: conflicts, several classes, and files that were the same picture. How many there were stays.
 * Where a report of an earlier version has no hash, the name decides, although others may have it too: nothing may be left that names such an
 * image. A report that cannot be read could name it as well, and goes.
 */
export function forgetInReports(db: Database, images: readonly { readonly hash: string; readonly name: string }[]): void {
  const hashes = new Set(images.map(({ hash }) => hash))
  const names = new Set(images.map(({ name }) => name))
  const rows = prepared<[], { id: number; report: string }>(db, 'SELECT id, report FROM import WHERE report IS NOT NULL').all()
  const update = prepared<[string | null, number]>(db, 'UPDATE import SET report = ? WHERE id = ?')
  for (const { id, report: text } of rows) {
    const report = readReport(text)
    if (report === null) {
      update.run(null, id)
      continue
    }
    const isGone = ({ hash, detail }: SkippedFile): boolean => (hash === undefined ? names.has(detail) : hashes.has(hash))
    const kept = {
      ...report,
      skipped: report.skipped.filter((file) => file.reason !== 'duplicate' || !isGone(file)),
      conflicts: report.conflicts.filter(({ hash }) => !hashes.has(hash)),
      several: report.several.filter(({ hash }) => !hashes.has(hash)),
    }
    const isChanged = (['skipped', 'conflicts', 'several'] as const).some((list) => kept[list].length !== report[list].length)
    if (isChanged) update.run(JSON.stringify(kept), id)
  }
}
