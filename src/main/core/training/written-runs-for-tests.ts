import type { Database } from 'better-sqlite3'
import { Recipe } from '../../contract/runs.ts'
import { insertEpochs, insertRun } from './run-rows.ts'

/** Runs that wait, though no job is there for them, with `epochs` epochs each. Answers their ids, `NAME-0` first. */
export function writeRuns(db: Database, count: number, { epochs = 0, name = 'run' } = {}): string[] {
  db.exec(`INSERT OR IGNORE INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 1)`)
  const reports = Array.from({ length: epochs }, (_, index) => ({
    epoch: index + 1,
    trainLoss: 1 / (index + 1),
    trainAccuracy: 0.5,
    validationLoss: 2 / (index + 1),
    validationAccuracy: 0.25,
    durationMs: 1.5,
  }))
  const write = db.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const recipe = Recipe.parse({ backbone: 'some-network', seed: index })
      const id = `${name}-${index}`
      insertRun(db, { id, splitId: 1, recipe, backboneHash: 'hash', versions: { graft: '1' }, createdAtMs: index })
      insertEpochs(db, id, reports)
      return id
    }),
  )
  return write()
}
