import type { RateFinding } from '../../main/contract/rate-finder.ts'
import { countOf } from './numbers.ts'

type By = NonNullable<RateFinding['suggestion']>['by']

const reasons: Readonly<Record<By, string>> = {
  descent: 'there the loss falls fastest',
  'before-rise': 'the loss has nothing left to fall, and that is a tenth of where it begins to rise',
}

/** The search for a learning rate, for people. */
export const rateWords = {
  find: 'Find a good rate',
  findHint: 'Some dozens of steps, each larger than the one before, say which size suits these photos; nothing of them is kept',
  finding: 'Taking larger and larger steps …',
  cancel: 'Cancel',
  use: (rate: number) => `Use ${rateText(rate)}`,
  axisRate: 'learning rate',
  axisLoss: 'loss',
  plot: ({ points, suggestion }: RateFinding) => {
    const [first, last] = [points.at(0), points.at(-1)]
    const least = points.reduce((low, each) => (each.smoothed < low.smoothed ? each : low), points[0] ?? { smoothed: NaN, rate: NaN })
    const range = `Loss ${(first?.smoothed ?? NaN).toFixed(2)} at ${rateText(first?.rate ?? NaN)}, lowest ${least.smoothed.toFixed(2)} at ${rateText(least.rate)}, ${(last?.smoothed ?? NaN).toFixed(2)} at ${rateText(last?.rate ?? NaN)}`
    return suggestion === null ? range : `${range}; suggested ${rateText(suggestion.rate)}`
  },
  /** In one sentence, with why. `now`: the rate that is set. */
  said: ({ points, suggestion }: RateFinding, now: number) => {
    if (suggestion === null) return `No rate stands out in ${countOf(points.length, 'step')}: leave ${rateText(now)}.`
    const { rate, by } = suggestion
    if (rate === now) return `${rateText(rate)}, as it is set, suits these photos: ${reasons[by]}.`
    // Rates within three times of one another train about as well.
    const isClose = Math.max(rate, now) <= 3 * Math.min(rate, now)
    const other = isClose ? `; ${rateText(now)}, as it is set, should do as well` : ''
    return `${rateText(rate)} suits these photos: ${reasons[by]}${other}.`
  },
} as const

/** `0.002`, `0.000005`. */
export function rateText(rate: number): string {
  if (!Number.isFinite(rate) || rate === 0) return String(rate)
  return Number(rate.toPrecision(2))
    .toFixed(Math.max(0, 1 - Math.floor(Math.log10(rate))))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}
