import type { Database } from 'better-sqlite3'
import { sep } from 'node:path'
import { prepared } from '../db/prepared.ts'

/** What an import has noted of a file: its bytes at that time, and when it was. */
export interface ImportedFile {
  readonly sizeBytes: number
  readonly importedAtMs: number
}

/** Files below `folder` out of which images came, also those in the trash, by their paths. */
export function readImportedBelow(db: Database, folder: string): Map<string, ImportedFile> {
  const below = folder.endsWith(sep) ? folder : `${folder}${sep}`
  const sql = `SELECT source_path AS path, size_bytes AS sizeBytes, imported_at_ms AS importedAtMs FROM image
    WHERE substr(source_path, 1, length(@below)) = @below`
  const rows = prepared<[{ below: string }], ImportedFile & { path: string }>(db, sql).all({ below })
  return new Map(rows.map(({ path, ...file }) => [path, file]))
}
