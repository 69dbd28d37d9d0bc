import { batchNormOf, deeperPhase, type AskedRecipe } from '../../main/contract/runs.ts'
import { countOf } from './numbers.ts'

/** More blocks than any network has: all of it learns. */
export const everyBlock = 100

/** `last block`, `last 4 blocks`, `all blocks`. */
function blocksText(blocks: number): string {
  if (blocks >= everyBlock) return 'all blocks'
  return blocks === 1 ? 'last block' : `last ${countOf(blocks, 'block')}`
}

/** `the last 4 blocks`, `all blocks`. */
export function blocksWords(blocks: number): string {
  return blocks >= everyBlock ? 'all blocks' : `the ${blocksText(blocks)}`
}

/** `last 4 blocks, then 8`. */
function phasesText(recipe: AskedRecipe): string {
  const deeper = deeperPhase(recipe)
  const then = deeper === null ? '' : `, then ${deeper.blocks >= everyBlock ? 'all' : String(deeper.blocks)}`
  return `${blocksText(recipe.blocks)}${then}`
}

/** What a training starts from and what learns of it, e.g. `Balanced, last 4 blocks`. `network`: how the starting network is called. */
export function recipeText(recipe: AskedRecipe, network: string): string {
  const { mode, scratchPx, precision } = recipe
  switch (mode) {
    case 'head':
      return precision === 'int8' ? `${network}, 8 bits` : network
    case 'fine-tune':
      return `${network}, ${phasesText(recipe)}${batchNormOf(recipe) === 'trained' ? ', normalisation' : ''}`
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
  deeper: 'Then go deeper',
  deeperNo: 'No',
  deeperTwice: (blocks: number) => countOf(blocks, 'block'),
  deeperAll: 'All',
  deeperHint:
    'More of the network then goes on with small steps. It helps with photos unlike everyday ones, and takes several times as long.',
  deeperBlocks: 'Blocks that learn then',
  deeperBlocksHint: 'Counted from the end; more than those that learn first',
  deeperEpochs: 'Epochs then',
  deeperEpochsHint: 'Passes after the first ones are done',
  deeperRate: 'Step size then',
  deeperRateHint: 'As a share of the steps before',
  batchNorm: 'Let normalisation learn too',
  batchNorms: [
    { value: 'frozen', name: 'No', hint: 'Batch normalisation stays as the starting network has it' },
    { value: 'trained', name: 'Yes', hint: 'Batch normalisation is given back to the blocks that learn, and learns with them' },
  ] satisfies { value: AskedRecipe['batchNorm']; name: string; hint: string }[],
  batchNormHint:
    'How strongly each part of the network speaks then adapts too (BatchNorm). Worth trying with hundreds of photos unlike everyday ones, such as X-rays.',
  scratchPx: 'Picture size',
  scratchPxHint: 'Side of the square that the small network looks at',
  precision: 'Looks at photos in',
  precisions: [
    { value: 'float32', name: 'Full precision', hint: '32-bit floating point; can be exported' },
    { value: 'int8', name: '8 bits', hint: 'Whole numbers of 8 bits; cannot be exported' },
  ] satisfies { value: AskedRecipe['precision']; name: string; hint: string }[],
  precisionHint: (offer: { readonly timesAsFast: number | null } | null) => {
    if (offer === null) return 'On this computer 8 bits is no faster, or not right: choose full precision.'
    const { timesAsFast } = offer
    const speed =
      timesAsFast === null ? 'may be faster; that is measured once it is chosen' : `is ${timesAsFast.toFixed(1)} times as fast here`
    return `8 bits ${speed}, and about as good. For trying things out: a run in 8 bits cannot be exported.`
  },
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
export function learnedText(recipe: AskedRecipe): string {
  if (recipe.mode === 'head') return 'new last layer only'
  return recipe.mode === 'scratch' ? 'all of it learned' : `${phasesText(recipe)} learned too`
}
