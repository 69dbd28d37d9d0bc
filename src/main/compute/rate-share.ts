import type { Recipe } from '../contract/runs.ts'

/** Of one cycle, as fast.ai has it: the part of the way that goes up, and the rates at both ends as shares of the highest. */
const cycle = { up: 0.25, first: 1 / 25, last: 1e-5 } as const

/** Along half a cosine; `position`: 0 = `from`, 1 = `to`. */
function between(from: number, to: number, position: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * position))) / 2
}

/**
 * The share of the learning rate that a step takes. `position`: steps done before it, of all, 0..1. `cosine`: from all of it to none (Loshchilov & Hutter
 * 2017, without restarts); `one-cycle`: up, then down to next to nothing (Smith 2018), both along a cosine. Momentum stays as it is.
 */
export function rateShare(schedule: Recipe['schedule'], position: number): number {
  switch (schedule) {
    case 'constant':
      return 1
    case 'cosine':
      return between(1, 0, position)
    case 'one-cycle':
      return position < cycle.up
        ? between(cycle.first, 1, position / cycle.up)
        : between(1, cycle.last, (position - cycle.up) / (1 - cycle.up))
    default:
      return schedule satisfies never
  }
}
