import type { Database } from 'better-sqlite3'
import type { LearningCurve } from '../../contract/learning-curve.ts'
import { countLabelsSince } from '../doubts/doubt-rows.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { readGains, readLearningCurve, type GainRow } from './curve-rows.ts'

/** What was measured last, of the classes that are still there; null before the first time. */
export function describeCurve(db: Database): LearningCurve | null {
  const curve = readLearningCurve(db)
  const gains = readGains(db)
  const all = gains.find(({ classId }) => classId === null)
  if (curve === null || all === undefined) return null
  const names = new Map(readClassNames(db).map(({ id, name }) => [id, name]))
  return {
    atMs: curve.measuredAtMs,
    backbone: curve.backbone,
    all: withoutClass(all),
    classes: gains.flatMap(({ classId, ...gain }) => (classId === null ? [] : [{ classId, ...gain }])),
    leftOut: curve.leftOut.flatMap((id) => names.get(id) ?? []),
    labelsSince: countLabelsSince(db, curve.measuredAtMs),
  }
}

function withoutClass({ classId: _, ...gain }: GainRow): LearningCurve['all'] {
  return gain
}
