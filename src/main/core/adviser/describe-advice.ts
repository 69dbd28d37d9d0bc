import type { Advice, BackboneScore } from '../../contract/adviser.ts'
import { mcnemarP } from '../compare/mcnemar.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { countLabelsSince } from '../doubts/doubt-rows.ts'
import { readExtraction } from '../features/speeds.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { readScores, type ScoreRow } from './score-rows.ts'

/** What the last comparison of the starting networks found; null before the first one. */
export function describeAdvice(context: StudioContext, { db }: OpenProject): Advice | null {
  const rows = readScores(db).sort((a, b) => rightOf(b) - rightOf(a) || b.logEvidence - a.logEvidence)
  const [best] = rows
  if (best === undefined) return null
  const scores = rows.map((row): BackboneScore => {
    const images = row.probe.length
    return {
      backbone: row.backbone,
      probe: wilsonInterval(rightOf(row), images),
      neighbours: wilsonInterval(row.neighboursRight, images),
      logEvidence: row.logEvidence,
      p: row === best ? null : mcnemarP(onlyRight(best, row), onlyRight(row, best)),
      photosPerSecond: readExtraction(context, row.backbone),
    }
  })
  return { atMs: best.scoredAtMs, images: best.probe.length, scores, labelsSince: countLabelsSince(db, best.scoredAtMs) }
}

const rightOf = ({ probe }: ScoreRow): number => probe.replaceAll('0', '').length

/** Images that `one` got right and `other` did not. */
const onlyRight = (one: ScoreRow, other: ScoreRow): number =>
  [...one.probe].filter((digit, at) => digit === '1' && other.probe[at] === '0').length
