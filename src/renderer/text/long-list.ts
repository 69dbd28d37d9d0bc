import { countText } from './numbers.ts'

/** Words of a list of which only the first lines are shown. */
export const longListWords = {
  showMore: (count: number) => `Show ${countText(count)} more`,
  besides: (count: number) => `and ${countText(count)} more`,
} as const
