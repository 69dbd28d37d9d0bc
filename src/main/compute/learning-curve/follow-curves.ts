import type { GainForecast } from '../../contract/learning-curve.ts'
import type { LearningCurves } from '../../contract/worker/learning-curve-task.ts'
import { assignFolds, type RowToFold } from '../assign-folds.ts'
import { makeRandom } from '../random.ts'
import { forecastGain, type CurvePoint, type SlopePrior } from './forecast-gain.ts'
import { measureRight, type CurveRows, type Measured } from '../measure-right.ts'

export interface CurvesWanted {
  /** Standardised, one row a unit. */
  readonly data: CurveRows
  /** What is drawn by, in the order of the rows. */
  readonly photos: readonly Pick<RowToFold, 'hash'>[]
  /** Units that each class has in all, [classCount]; the rows may be fewer. */
  readonly unitsOfClass: readonly number[]
  /** Units that a class would get. */
  readonly more: number
  readonly seed: number
  readonly signal: AbortSignal
}

/** Of many classes those are followed that are right most rarely: they need photos most. */
const classesAtMost = 12
/** Shares of the photos to learn from. */
const shares = [0.25, 0.5, 0.75, 1]
const folds = 5
/** Parts are drawn anew so often; with many photos chance moves little. */
const repeatsOf = (rows: number): number => (rows <= 400 ? 4 : rows <= 1000 ? 2 : 1)
/** As on two photo sets and on simulated ones: a class that grows alone is also answered more often, and gains more. */
const slopes = {
  one: { mean: 0.8, deviation: 0.3 },
  all: { mean: 0.5, deviation: 0.3 },
} satisfies Record<string, SlopePrior>

/** How often heads are right that learn from growing parts of the rows, and what that says of more. Throws the signal's reason. `onHead` is told of each head. */
export async function followCurves(
  { data, photos, unitsOfClass, more, seed, signal }: CurvesWanted,
  onHead: (done: number, total: number) => void,
): Promise<LearningCurves> {
  const { classes, classCount } = data
  const repeats = repeatsOf(classes.length)
  const followed = Math.min(classCount, classesAtMost)
  const total = repeats * folds * (shares.length + followed * (shares.length - 1))
  let done = 0
  onHead(done, total)
  const units = photos.map(({ hash }, row) => ({ hash, classIndex: classes[row] as number, groupId: null }))
  const foldsOf = Array.from({ length: repeats }, (_, repeat) => assignFolds(units, folds, seed + repeat))
  const measure = (shareOf: (classIndex: number) => number): Promise<Measured> =>
    measureRight({ data, foldsOf, folds, shareOf, seed, signal }, () => onHead(++done, total))
  const forecast = (points: readonly CurvePoint[], own: number, added: number, slope: SlopePrior): GainForecast => ({
    photos: own,
    more: added,
    ...forecastGain(points, { from: own, to: own + added, slope, random: makeRandom(seed) }),
    measured: points.map((point) => ({ photos: Math.round(10 * point.photos) / 10, right: mean(point.right) })),
  })

  const whole: Measured[] = []
  for (const share of shares) whole.push(await measure(() => share))
  const full = whole.at(-1) as Measured
  const byNeed = [...Array(classCount).keys()].sort((a, b) => mean(full.rightOf(a)) - mean(full.rightOf(b)) || a - b)
  const gains: LearningCurves['classes'][number][] = []
  for (const classIndex of byNeed.slice(0, followed).sort((a, b) => a - b)) {
    const parts: Measured[] = []
    for (const share of shares.slice(0, -1)) parts.push(await measure((each) => (each === classIndex ? share : 1)))
    const points = [...parts, full].map((part) => ({ photos: part.learnedOf(classIndex), right: part.rightOf(classIndex) }))
    gains.push({ classIndex, ...forecast(points, unitsOfClass[classIndex] as number, more, slopes.one) })
  }
  const all = unitsOfClass.reduce((sum, each) => sum + each, 0)
  const points = whole.map(({ learned, right }) => ({ photos: learned, right }))
  return { all: forecast(points, all, all, slopes.all), classes: gains }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
