/** How often each unit was right, 0..1, after learning from so many photos. */
export interface CurvePoint {
  readonly photos: number
  /** [units], the same units in the same order at every point. */
  readonly right: Float64Array
}

export interface GainWanted {
  /** Photos there are, and photos there would be. */
  readonly from: number
  readonly to: number
  /** What is expected of the slope before anything is measured. */
  readonly slope: SlopePrior
  readonly random: () => number
}

/** Slope of log odds of an error over the logarithm of the number of photos, below 0 turned round: a mean and its deviation. */
export interface SlopePrior {
  readonly mean: number
  readonly deviation: number
}

export interface Gain {
  readonly now: number
  readonly gain: number
  readonly low: number
  readonly high: number
}

/** Draws of the bootstrap. */
const draws = 300
/** Of a normal distribution, for 95 %. */
const bound = 1.96
/**
 * How far gains were from their forecasts, as a share of them, besides what the bootstrap sees: which photos will come is not known, nor whether the line goes on.
 * Found on simulated photos of other classes than those that `npm run bench -- learning-curve` covers.
 */
const unforeseenShare = 0.38
/** Points of a curve come from parts of the same photos: together they say as much as about one of them does. */
const sharedPoints = 4

/**
 * What more photos should bring. The log odds of an error fall about straight over the logarithm of the number of photos: a class that grows by so much is
 * answered that much more often, and the power laws of learning curves (C. Cortes et al., "Learning Curves: Asymptotic Values and Rate of Convergence",
 * NIPS 1993) are straight there too while errors are rare. The line is fitted by weighted least squares, its slope drawn to what is expected of it, and
 * followed from `from` to `to`. The interval holds the deviation over bootstrap samples of the units (B. Efron, 1979) and what no sample can see.
 */
export function forecastGain(points: readonly CurvePoint[], wanted: GainWanted): Gain {
  const units = points[0]?.right.length ?? 0
  const everyUnit = Int32Array.from({ length: units }, (_, unit) => unit)
  const { now, gain } = follow(points, everyUnit, wanted)
  let squares = 0
  const drawn = new Int32Array(units)
  for (let draw = 0; draw < draws; draw++) {
    for (let at = 0; at < units; at++) drawn[at] = Math.floor(wanted.random() * units)
    squares += (follow(points, drawn, wanted).gain - gain) ** 2
  }
  const deviation = Math.sqrt(squares / draws + (unforeseenShare * gain) ** 2)
  // Nobody gets more right than all.
  return { now, gain, low: gain - bound * deviation, high: Math.min(1 - now, gain + bound * deviation) }
}

function follow(points: readonly CurvePoint[], units: Int32Array, { from, to, slope }: GainWanted): { now: number; gain: number } {
  const measured = points.map(({ photos, right }) => {
    let wrong = 0
    for (const unit of units) wrong += 1 - (right[unit] as number)
    // Half an error more, and half a right answer: log odds of none would be endless.
    const share = (wrong + 0.2) / (units.length + 0.4)
    return { x: Math.log(photos / from), y: Math.log(share / (1 - share)), weight: units.length * share * (1 - share) }
  })
  const weights = measured.reduce((sum, { weight }) => sum + weight, 0)
  const meanOf = (value: (point: (typeof measured)[number]) => number): number =>
    measured.reduce((sum, point) => sum + point.weight * value(point), 0) / weights
  const [x, y] = [meanOf((point) => point.x), meanOf((point) => point.y)]
  const precision = 1 / slope.deviation ** 2
  let [spread, fall] = [precision, -slope.mean * precision]
  for (const point of measured) {
    const weight = point.weight / sharedPoints
    spread += weight * (point.x - x) ** 2
    fall += weight * (point.x - x) * (point.y - y)
  }
  const steepness = fall / spread
  const here = y - steepness * x
  const wrongNow = errorAt(here)
  return { now: 1 - wrongNow, gain: wrongNow - errorAt(here + steepness * Math.log(to / from)) }
}

const errorAt = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
