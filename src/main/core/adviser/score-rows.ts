import type { Database } from 'better-sqlite3'
import { prepared } from '../db/prepared.ts'

export interface ScoreRow {
  readonly backbone: string
  readonly scoredAtMs: number
  /** A digit an image, in an order that all rows share: 1 where the probe was right. */
  readonly probe: string
  readonly neighboursRight: number
  readonly logEvidence: number
}

export function readScores(db: Database): ScoreRow[] {
  const sql = `SELECT backbone_id AS backbone, scored_at_ms AS scoredAtMs, probe, neighbours_right AS neighboursRight, log_evidence AS logEvidence
    FROM backbone_score`
  return prepared<[], ScoreRow>(db, sql).all()
}

/** Puts a comparison in the place of the one before, in one transaction. */
export function writeScores(db: Database, scores: readonly ScoreRow[]): void {
  const insert = prepared<[ScoreRow]>(
    db,
    `INSERT INTO backbone_score (backbone_id, scored_at_ms, probe, neighbours_right, log_evidence)
     VALUES (@backbone, @scoredAtMs, @probe, @neighboursRight, @logEvidence)`,
  )
  db.transaction(() => {
    prepared(db, 'DELETE FROM backbone_score').run()
    for (const score of scores) insert.run(score)
  }).immediate()
}
