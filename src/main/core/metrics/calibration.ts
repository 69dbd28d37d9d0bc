import type { Interval } from '../../contract/ids.ts'
import { widestToTell, type Calibration, type SurenessVerdict } from '../../contract/sureness.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** What was said of one photo. */
export interface Answer {
  /** The probability of the class that was said, 0..1. */
  readonly sureness: number
  readonly isRight: boolean
}

const binCount = 10

/**
 * How sure the answers were against how often they were right. Bins are those of Guo et al. (ICML 2017, eq. 2 and 3): equally wide, bin `m` of
 * `M` takes ((m - 1) / M, m / M], the first one 0 too; the error is the mean over photos of the gap between the two in the bin of the photo.
 * Null where there are no answers.
 */
export function calibrationOf(answers: readonly Answer[]): Calibration | null {
  if (answers.length === 0) return null
  const groups = Map.groupBy(answers, ({ sureness }) => Math.min(binCount, Math.max(1, Math.ceil(sureness * binCount))))
  const bins = [...groups]
    .toSorted(([one], [other]) => one - other)
    .map(([bin, photos]) => ({ low: (bin - 1) / binCount, high: bin / binCount, ...summed(photos) }))
  const gaps = bins.map(({ said, right }) => right.n * Math.abs(right.accuracy - said))
  return { ...summed(answers), bins, error: gaps.reduce((sum, gap) => sum + gap, 0) / answers.length }
}

function summed(answers: readonly Answer[]): Pick<Calibration, 'said' | 'right' | 'verdict'> {
  const said = answers.reduce((sum, { sureness }) => sum + sureness, 0) / answers.length
  const right = wilsonInterval(answers.filter(({ isRight }) => isRight).length, answers.length)
  return { said, right, verdict: judge(said, right) }
}

/**
 * The interval holds what the score test at 5 % would not reject. For answers that are as sure as they should be, the number of right ones
 * spreads less than the binomial of their mean, so that the test errs to the side of saying nothing.
 */
function judge(said: number, { low, high }: Interval): SurenessVerdict {
  if (said > high) return 'too sure'
  if (said < low) return 'too careful'
  return high - low > widestToTell ? 'too few' : 'fits'
}
