import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { ExportProof } from '../../contract/exporting.ts'
import type { Log } from '../context.ts'
import { prepared } from '../db/prepared.ts'

const ExportRow = z.object({ run: z.string(), proof: z.string() })

/** Keeps the proof of an export that was written. */
export function insertExport(db: Database, proof: ExportProof): void {
  db.prepare('INSERT INTO export (run_id, proof, created_at_ms) VALUES (?, ?, ?)').run(
    proof.runId,
    JSON.stringify(proof),
    proof.createdAtMs,
  )
}

/** Takes the proofs of exports in `folder` away. */
export function deleteExports(db: Database, folder: string): void {
  db.prepare("DELETE FROM export WHERE json_extract(proof, '$.folder') = ?").run(folder)
}

/** Ids of the runs that were exported into `folder`. */
export function readRunsExportedTo(db: Database, folder: string): string[] {
  return prepared<[string], string>(db, "SELECT DISTINCT run_id FROM export WHERE json_extract(proof, '$.folder') = ?").pluck().all(folder)
}

/** Newest first. An export whose proof cannot be read is proved by nothing and left out, which the log says: the others must not be lost by it. */
export function listExports(db: Database, log: Pick<Log, 'error'>): ExportProof[] {
  return db
    .prepare('SELECT run_id AS run, proof FROM export ORDER BY id DESC')
    .all()
    .flatMap((row) => {
      const { run, proof: text } = ExportRow.parse(row)
      const proof = ExportProof.safeParse(JSON.parse(text))
      if (proof.success) return [proof.data]
      log.error('the proof of an export could not be read', { run, error: z.prettifyError(proof.error) })
      return []
    })
}
