import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** What a field is called in a sentence, where its name alone does not say it. */
const fieldWords: { readonly [field: string]: string } = {
  name: 'the name',
  path: 'the place',
  paths: 'the place',
  folder: 'the folder',
  files: 'the file',
  out: 'the folder to export into',
  run: 'the run',
  backbone: 'the starting network',
  colour: 'the colour',
  format: 'the format',
  hash: 'the photo',
  hashes: 'the photos',
  mode: 'the mode',
  blocks: 'the number of blocks',
  bodyRate: 'the step size of the blocks',
  headEpochs: 'the epochs of the head alone',
  blockRates: 'the step sizes of the blocks',
  deeperBlocks: 'the number of blocks of the second phase',
  deeperEpochs: 'the epochs of the second phase',
  deeperRate: 'the step size of the second phase',
  batchNorm: 'the batch normalisation',
  scratchPx: 'the picture size',
  batchSize: 'the batch size',
  learningRate: 'the learning rate',
  schedule: 'the learning rate schedule',
  optimiser: 'the optimiser',
  weightDecay: 'the weight decay',
  labelSmoothing: 'the label smoothing',
  classWeights: 'the class weights',
  dropout: 'the dropout',
  augmentation: 'how photos are changed',
  patience: 'the patience',
  seed: 'the seed',
  splitSeed: 'the seed of the split',
  shares: 'the shares of the three parts',
  train: 'the share for training',
  validation: 'the share for validation',
  test: 'the share for the test',
}

/** `batchSize` -> `the batch size`; of a place inside a list the name of the list. */
export function fieldName(path: readonly PropertyKey[]): string {
  const field = path.findLast((key) => typeof key === 'string')
  if (field === undefined) return 'what was given'
  return fieldWords[field] ?? field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/**
 * What is wrong with an input, as a clause that can stand after a colon: `epochs must be a whole number from 1 to 1,000`. Patterns and
 * checks of the contract have words of their own, which continue the name of the field (`must not end with a dot`); everything else is
 * said from the issue's data, never in zod's words. `nameOf` gives another name, e.g. that of a flag.
 */
export function describeIssue(issue: Issue, nameOf: (path: readonly PropertyKey[]) => string = fieldName): string {
  return `${nameOf(issue.path)} ${issueWords(issue)}`
}

function issueWords(issue: Issue): string {
  switch (issue.code) {
    case 'custom':
    case 'invalid_format':
      return issue.message
    case 'too_small':
      return issue.inclusive === false ? `must be more than ${String(issue.minimum)}` : smallWords(issue.origin, Number(issue.minimum))
    case 'too_big':
      return bigWords(issue.origin, Number(issue.maximum))
    case 'invalid_type':
      return typeWords[issue.expected] ?? 'is not understood'
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`
    default:
      return 'is not understood'
  }
}

const typeWords: { readonly [expected: string]: string } = {
  string: 'must be a text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
}

function smallWords(origin: string, least: number): string {
  if (least === 1 && (origin === 'string' || origin === 'array')) return 'must not be empty'
  return `${extentWords(origin)} at least ${least.toLocaleString('en-US')}${unitWords(origin)}`
}

function bigWords(origin: string, most: number): string {
  return `${extentWords(origin)} at most ${most.toLocaleString('en-US')}${unitWords(origin)}`
}

function extentWords(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'must have' : 'must be'
}

function unitWords(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}

/** `a`, `a or b`, `a, b or c`. */
function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
