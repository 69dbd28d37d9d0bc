import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { ExportProof } from '../../contract/exporting.ts'
import { prepared } from '../db/prepared.ts'

const ExportRow = z.object({ proof: z.string() })

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

/** Newest first. An export whose proof cannot be read is proved by nothing and left out: the others must not be lost by it. */
export function listExports(db: Database): ExportProof[] {
  return db
    .prepare('SELECT proof FROM export ORDER BY id DESC')
    .all()
    .flatMap((row) => {
      const proof = ExportProof.safeParse(JSON.parse(ExportRow.parse(row).proof))
      return proof.success ? [proof.data] : []
    })
}
