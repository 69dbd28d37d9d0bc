import type { Database } from 'better-sqlite3'
import type { ExtractorInUse } from '../../contract/worker/training-tasks.ts'
import { prepared } from '../db/prepared.ts'

/** Keeps what the features of a backbone were extracted with. */
export function recordExtractor(db: Database, backboneHash: string, { engine, version }: ExtractorInUse): void {
  const sql = `INSERT INTO extractor (backbone_hash, engine, version) VALUES (?, ?, ?)
    ON CONFLICT (backbone_hash) DO UPDATE SET engine = excluded.engine, version = excluded.version
    WHERE engine <> excluded.engine OR version <> excluded.version`
  prepared<[string, string, string]>(db, sql).run(backboneHash, engine, version)
}

/** Null while this project has no features of the backbone. */
export function readExtractor(db: Database, backboneHash: string): ExtractorInUse | null {
  const sql = 'SELECT engine, version FROM extractor WHERE backbone_hash = ?'
  return prepared<[string], ExtractorInUse>(db, sql).get(backboneHash) ?? null
}
