/** How fast somebody labels, and how long the rest takes at that pace. */
export interface LabelPace {
  readonly perMinute: number
  /** Null while nothing is left. */
  readonly secondsLeft: number | null
}

/** Fewer labels than this say nothing about a pace. */
const leastLabels = 5
/** The pace is that of the newest labels: one warms up, and tires. */
const newest = 40
/** A longer pause is a phone call, not labelling; it counts as this much. */
const longestPauseMs = 20_000

/**
 * The pace of labels given at `timesMs` (ascending, ms) with `left` photos still to do; null until there are 5 labels. The pace is the number
 * of intervals between labels by the time they took, each interval counted as at most 20 s.
 */
export function labelPace(timesMs: readonly number[], left: number): LabelPace | null {
  if (timesMs.length < leastLabels) return null
  const recent = timesMs.slice(-newest)
  let activeMs = 0
  for (const [index, atMs] of recent.entries()) {
    const before = recent[index - 1]
    if (before !== undefined) activeMs += Math.min(longestPauseMs, atMs - before)
  }
  const perMs = (recent.length - 1) / Math.max(1, activeMs)
  return { perMinute: perMs * 60_000, secondsLeft: left === 0 ? null : left / perMs / 1000 }
}
