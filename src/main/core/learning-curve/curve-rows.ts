import type { Database } from 'better-sqlite3'
import type { GainForecast } from '../../contract/learning-curve.ts'
import { prepared } from '../db/prepared.ts'

export interface LearningCurveRow {
  readonly measuredAtMs: number
  readonly backbone: string
  /** Ids of the classes that had too few images. */
  readonly leftOut: readonly number[]
}

/** `classId` null: of all classes together. */
export type GainRow = GainForecast & { readonly classId: number | null }

/** Null before the first one. */
export function readLearningCurve(db: Database): LearningCurveRow | null {
  const sql = 'SELECT measured_at_ms AS measuredAtMs, backbone_id AS backbone, left_out AS leftOut FROM learning_curve'
  const row = prepared<[], Omit<LearningCurveRow, 'leftOut'> & { leftOut: string }>(db, sql).get()
  return row === undefined ? null : { ...row, leftOut: JSON.parse(row.leftOut) as number[] }
}

/** The largest gain first. Classes that are gone are left out. */
export function readGains(db: Database): GainRow[] {
  const sql = `SELECT class_id AS classId, photos, more, right_now AS now, gain, low, high, measured FROM gain_forecast
    LEFT JOIN class ON class.id = class_id WHERE class_id IS NULL OR class.deleted_at_ms IS NULL ORDER BY gain DESC, class_id`
  return prepared<[], Omit<GainRow, 'measured'> & { measured: string }>(db, sql)
    .all()
    .map((row) => ({ ...row, measured: JSON.parse(row.measured) as GainRow['measured'] }))
}

/** Puts what was measured in the place of what was before, in one transaction. */
export function writeLearningCurve(db: Database, curve: LearningCurveRow, gains: readonly GainRow[]): void {
  const insertCurve = prepared<[Omit<LearningCurveRow, 'leftOut'> & { readonly leftOut: string }]>(
    db,
    'INSERT INTO learning_curve (id, measured_at_ms, backbone_id, left_out) VALUES (1, @measuredAtMs, @backbone, @leftOut)',
  )
  const insertGain = prepared<[Omit<GainRow, 'measured'> & { readonly measured: string }]>(
    db,
    `INSERT INTO gain_forecast (class_id, photos, more, right_now, gain, low, high, measured)
     VALUES (@classId, @photos, @more, @now, @gain, @low, @high, @measured)`,
  )
  db.transaction(() => {
    prepared(db, 'DELETE FROM gain_forecast').run()
    prepared(db, 'DELETE FROM learning_curve').run()
    insertCurve.run({ ...curve, leftOut: JSON.stringify(curve.leftOut) })
    for (const gain of gains) insertGain.run({ ...gain, measured: JSON.stringify(gain.measured) })
  }).immediate()
}
