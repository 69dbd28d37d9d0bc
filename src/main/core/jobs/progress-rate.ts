/** Progress over time, for a rate that follows changes of speed without jumping. */
export interface RateMeter {
  readonly startedAtMs: number
  readonly atMs: number
  readonly done: number
  /** Weighted mean of the rate so far, units per ms, not yet divided by `weight`. */
  readonly weightedRate: number
  /** How much of the time constant has been seen, 0..1. */
  readonly weight: number
}

/** A change of speed is followed within a few of these; shorter jumps with the batches, longer lags behind. */
const timeConstantMs = 4000
/** Samples closer together than this are joined: a batch of files that end at once says nothing about the rate. */
const sampleMs = 100
/** Before so much time has passed a rate would be a guess. */
const firstRateAfterMs = 500

export function startMeter(done: number, nowMs: number): RateMeter {
  return { startedAtMs: nowMs, atMs: nowMs, done, weightedRate: 0, weight: 0 }
}

/**
 * The meter after `done` units at `nowMs`: an exponentially weighted mean of the rate with the start-up bias taken out (each sample
 * weighs 1 - exp(-dt / timeConstant), the sum is divided by the weights). A step back in either starts it anew.
 */
export function measure(meter: RateMeter, done: number, nowMs: number): RateMeter {
  if (done < meter.done || nowMs < meter.atMs) return startMeter(done, nowMs)
  const elapsedMs = nowMs - meter.atMs
  if (elapsedMs < sampleMs) return meter
  const share = 1 - Math.exp(-elapsedMs / timeConstantMs)
  const rate = (done - meter.done) / elapsedMs
  return {
    startedAtMs: meter.startedAtMs,
    atMs: nowMs,
    done,
    weightedRate: meter.weightedRate + share * (rate - meter.weightedRate),
    weight: meter.weight + share * (1 - meter.weight),
  }
}

/** Units per second; null until it is known, and while nothing has moved. */
export function perSecond(meter: RateMeter): number | null {
  if (meter.atMs - meter.startedAtMs < firstRateAfterMs || meter.weight === 0 || meter.weightedRate <= 0) return null
  return (meter.weightedRate / meter.weight) * 1000
}
