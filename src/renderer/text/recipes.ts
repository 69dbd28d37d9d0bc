import type { AskedRecipe } from '../../main/contract/runs.ts'
import { countOf } from './numbers.ts'

/** What a training starts from and what learns of it, e.g. `Balanced, last 4 blocks`. `network`: how the starting network is called. */
export function recipeText(
  { mode, blocks, scratchPx, precision }: Pick<AskedRecipe, 'mode' | 'blocks' | 'scratchPx' | 'precision'>,
  network: string,
): string {
  switch (mode) {
    case 'head':
      return precision === 'int8' ? `${network}, 8 bits` : network
    case 'fine-tune':
      return `${network}, ${blocks === 1 ? 'last block' : `last ${countOf(blocks, 'block')}`}`
    case 'scratch':
      return `from scratch, ${scratchPx} px`
    default:
      return mode satisfies never
  }
}

export const learnsWords = {
  legend: 'What learns',
  slow: 'With WebAssembly this takes minutes.',
  toEngine: 'Install a faster engine',
  blocks: 'Blocks that learn',
  blocksHint: 'Counted from the end of the network; as many as it has: all of it',
  bodyRate: 'Their step size',
  bodyRateHint: 'As a share of the learning rate, so that they do not forget',
  scratchPx: 'Picture size',
  scratchPxHint: 'Side of the square that the small network looks at',
  precision: 'Looks at photos in',
  precisions: [
    { value: 'float32', name: 'Full precision', hint: '32-bit floating point; can be exported' },
    { value: 'int8', name: '8 bits', hint: 'Whole numbers of 8 bits; cannot be exported' },
  ] satisfies { value: AskedRecipe['precision']; name: string; hint: string }[],
  precisionHint: (timesAsFast: number | null) =>
    `8 bits ${timesAsFast === null ? 'may be faster; that is measured once it is chosen' : `is ${timesAsFast.toFixed(1)} times as fast here`}, and about as good. For trying things out: a run in 8 bits cannot be exported.`,
} as const

/** In everyday words, each with what to expect of it. */
export const learnsChoices = [
  { value: 'head', name: 'Last step', hint: 'Takes seconds. The right choice to begin with, and for few photos.' },
  {
    value: 'fine-tune',
    name: 'More of it',
    hint: 'The end of the network learns too (fine-tuning). Takes minutes; pays with some hundred photos or unusual ones.',
  },
  {
    value: 'scratch',
    name: 'From nothing',
    hint: 'A small network that has seen no photo before. It shows what the starting network is worth.',
  },
] satisfies { value: AskedRecipe['mode']; name: string; hint: string }[]

/** What learned in a run, for the line under its curves. */
export function learnedText({ mode, blocks }: Pick<AskedRecipe, 'mode' | 'blocks'>): string {
  if (mode === 'head') return 'new last layer only'
  return mode === 'scratch' ? 'all of it learned' : `${blocks === 1 ? 'last block' : `last ${countOf(blocks, 'block')}`} learned too`
}
