/**
 * Finds labels that are likely wrong: confident learning (C. Northcutt, L. Jiang, I. Chuang, "Confident Learning: Estimating Uncertainty in
 * Dataset Labels", J. Artif. Intell. Res. 70, 2021), section 3. Plain arithmetic on the probabilities; no model is in here.
 */

/** Probabilities of rows by a model that has not learned from them, and the class that each row is called. */
export interface JudgedRows {
  /** Row-major [rows, classCount]; each row sums to 1. */
  readonly probabilities: Float64Array
  /** Given class of each row, 0..classCount-1, [rows]. Every class has a row. */
  readonly classes: Int32Array
  readonly classCount: number
}

/** A row whose label is likely wrong. */
export interface DoubtfulRow {
  readonly row: number
  /** The most probable class; never the given one. */
  readonly likely: number
  /** Probability of the given class minus that of the likely one, -1..0: the smaller, the more certain that the label is wrong. */
  readonly margin: number
}

export interface FoundDoubts {
  /** Most certain first; of equal margins the lower row. */
  readonly doubts: readonly DoubtfulRow[]
  /** How many rows carry a wrong label, by the estimated joint distribution: those that cannot be told one by one are counted in it. */
  readonly estimatedWrong: number
}

/** Probabilities that differ by less are the same: sums of floats differ in their last digits. */
const tolerance = 1e-6

/** Mean probability of each class over the rows that are called so, [classCount] (equation 2): how sure a row must be to count for a class. */
export function classThresholds({ probabilities, classes, classCount }: JudgedRows): Float64Array {
  const sums = new Float64Array(classCount)
  const counts = countRows(classes, classCount)
  classes.forEach((each, row) => (sums[each] = (sums[each] as number) + (probabilities[row * classCount + each] as number)))
  // A class that no row counts for at all would otherwise be reached by every row.
  return sums.map((sum, each) => Math.max(sum / (counts[each] as number), 2 * tolerance))
}

/**
 * The confident joint, row-major [given, likely] (equation 1): rows that reach the threshold of a class, of several the most probable one. A class
 * that none of its own rows reaches counts one of them, so that no row of the matrix is empty.
 */
export function confidentJoint(rows: JudgedRows): Float64Array {
  const { probabilities, classes, classCount } = rows
  const thresholds = classThresholds(rows)
  const joint = new Float64Array(classCount * classCount)
  for (let row = 0; row < classes.length; row++) {
    let reached = 0
    let first = -1
    for (let each = 0; each < classCount; each++) {
      if ((probabilities[row * classCount + each] as number) < (thresholds[each] as number) - tolerance) continue
      reached++
      if (first === -1) first = each
    }
    if (reached === 0) continue
    // As in the authors' own program: of several classes the most probable of all is taken, which is nearly always one of them.
    const likely = reached === 1 ? first : mostProbable(probabilities, row * classCount, classCount)
    const at = (classes[row] as number) * classCount + likely
    joint[at] = (joint[at] as number) + 1
  }
  for (let each = 0; each < classCount; each++) {
    const at = each * (classCount + 1)
    joint[at] = Math.max(1, joint[at] as number)
  }
  return joint
}

/** The confident joint scaled so that each class has as many rows as are called so (equation 3, times the rows), in whole rows; [given, likely]. */
export function calibratedJoint(rows: JudgedRows): Int32Array {
  const { classes, classCount } = rows
  const joint = confidentJoint(rows)
  const counts = countRows(classes, classCount)
  const whole = new Int32Array(joint.length)
  for (let given = 0; given < classCount; given++) {
    const own = joint.subarray(given * classCount, (given + 1) * classCount)
    const total = own.reduce((sum, each) => sum + each, 0)
    whole.set(roundToSum(own.map((each) => (each / total) * (counts[given] as number))), given * classCount)
  }
  return whole
}

/**
 * Lists as many rows as the joint says are wrong, those with the lowest normalised margins of all ("ranking", section 3.2): which rows are listed is
 * decided by the order that people see, and the joint decides only where the list ends. (Taking for every pair of classes as many rows as the joint says of
 * that pair, "prune by noise rate", lists rows that come late in the order in the place of ones that come early, wherever a pair has fewer wrong rows than
 * were counted for it: docs/benchmarks.md.) A row whose given class is the most probable one is never listed.
 */
export function findDoubts(rows: JudgedRows): FoundDoubts {
  const { probabilities, classes, classCount } = rows
  const estimatedWrong = countOffDiagonal(calibratedJoint(rows), classCount)
  const doubts: DoubtfulRow[] = []
  for (const [row, given] of classes.entries()) {
    const likely = mostProbable(probabilities, row * classCount, classCount)
    const margin = (probabilities[row * classCount + given] as number) - (probabilities[row * classCount + likely] as number)
    if (likely !== given && margin < -tolerance) doubts.push({ row, likely, margin })
  }
  doubts.sort((a, b) => a.margin - b.margin || a.row - b.row)
  return { doubts: doubts.slice(0, estimatedWrong), estimatedWrong }
}

function countOffDiagonal(joint: Int32Array, classCount: number): number {
  return joint.reduce((sum, count, at) => sum + (at % (classCount + 1) === 0 ? 0 : count), 0)
}

/** Whole numbers with the (rounded) sum of `values`: those are changed that rounding has moved furthest the other way. */
function roundToSum(values: Float64Array): Int32Array {
  const whole = Float64Array.from(values, roundHalfToEven)
  const wanted = roundHalfToEven(values.reduce((sum, each) => sum + each, 0))
  let missing = wanted - whole.reduce((sum, each) => sum + each, 0)
  while (missing !== 0) {
    const step = Math.sign(missing)
    const order = Array.from(whole.keys()).sort(
      (a, b) => (values[a] as number) - (whole[a] as number) - ((values[b] as number) - (whole[b] as number)) || a - b,
    )
    if (step > 0) order.reverse()
    for (const at of order.slice(0, Math.abs(missing))) whole[at] = (whole[at] as number) + step
    missing = wanted - whole.reduce((sum, each) => sum + each, 0)
  }
  return Int32Array.from(whole)
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

function countRows(classes: Int32Array, classCount: number): Int32Array {
  const counts = new Int32Array(classCount)
  for (const each of classes) counts[each] = (counts[each] as number) + 1
  return counts
}

function mostProbable(probabilities: Float64Array, at: number, classCount: number): number {
  let best = 0
  for (let each = 1; each < classCount; each++) if ((probabilities[at + each] as number) > (probabilities[at + best] as number)) best = each
  return best
}
