import { Command } from 'commander'
import { expect, test } from 'vitest'
import { augmentationPresets, noAugmentation } from '../../contract/augmentation.ts'
import { runForTests } from '../../../renderer/state/run-for-tests.ts'
import { settingsOfMode } from '../../contract/named-recipes.ts'
import { Recipe } from '../../contract/runs.ts'
import { augmentationOf, augmentText } from './augment-flag.ts'
import { findingLines, flagsOf } from './coach-lines.ts'
import { addRunVerbs } from './run-verbs.ts'
import { recipeOf, requireFlagsOfMode, type TrainOptions } from './verbs/train.ts'

const commandOf = (recipe: Partial<Recipe>): string | undefined =>
  findingLines(
    {
      ...{ kind: 'rate-too-high', learningRate: 1, advised: 0.001, diverged: false },
      step: { kind: 'train', changes: { learningRate: 0.001 } },
    },
    'pets.graft',
    runForTests(3, {}, { learningRate: 1, ...recipe }),
  )[1]

test('the command trains with the settings of the run and what the coach changes, and names nothing that is usual', () => {
  expect(commandOf({})).toBe('  graft train pets.graft --backbone efficientnet-lite0')
  expect(commandOf({ mode: 'fine-tune', bodyRate: 0.5, splitSeed: 4, shares: { train: 0.6, validation: 0.15, test: 0.25 } })).toBe(
    '  graft train pets.graft --backbone efficientnet-lite0 --mode fine-tune --body-rate 0.5 --split-seed 4 --split 60/15/25',
  )
  expect(commandOf({ mode: 'scratch', augmentation: augmentationPresets.usual })).toBe(
    '  graft train pets.graft --mode scratch --augment usual',
  )
})

test('changes of photos are written as --augment reads them', () => {
  const own = { ...noAugmentation, flip: true, zoomIn: 0.3, variants: 2 }
  expect(augmentText(own)).toBe('flip=on,zoom-in=0.3,variants=2')
  for (const each of [own, ...Object.values(augmentationPresets)]) expect(augmentationOf(augmentText(each))).toEqual(each)
})

/** The recipe that `graft train` reads of these flags. */
function readBack(flags: string): Recipe {
  const program = new Command()
  addRunVerbs(program, () => Promise.resolve())
  const train = program.commands.find((command) => command.name() === 'train')!
  const { unknown } = train.parseOptions(flags.split(' '))
  expect(unknown).toEqual([])
  const options = train.opts<TrainOptions>()
  requireFlagsOfMode(options)
  return Recipe.parse({ backbone: 'resnet-50', ...recipeOf(options) })
}

const shared: Partial<Recipe> = {
  ...{ epochs: 7, batchSize: 8, learningRate: 1e-6, schedule: 'one-cycle', optimiser: 'adamw', weightDecay: 0.02, labelSmoothing: 0.1 },
  ...{ classWeights: 'sampled', dropout: 0.3, augmentation: { ...augmentationPresets.usual, zoomOut: 0.1, variants: 2 }, patience: 0 },
  ...{ seed: 3, splitSeed: 4, shares: { train: 1 / 3, validation: 0.29, test: 1 - 1 / 3 - 0.29 } },
}
const ofMode: Readonly<Record<Recipe['mode'], Partial<Recipe>>> = {
  head: { precision: 'int8' },
  'fine-tune': {
    ...{ blocks: 2, headEpochs: 0, bodyRate: 0.5, blockRates: 'graded', deeperBlocks: 5, deeperEpochs: 3, deeperRate: 0.2 },
    batchNorm: 'trained',
  },
  scratch: { scratchPx: 96 },
}

test.each(['head', 'fine-tune', 'scratch'] as const)('graft train reads every setting of the way to train %s as it was written', (mode) => {
  const backbone = 'resnet-50'
  // Settings of the other ways stay in a recipe that was changed to this one.
  const recipe = Recipe.parse({ backbone, ...ofMode.head, ...ofMode['fine-tune'], ...ofMode.scratch, ...shared, mode })
  const usual = Recipe.parse({ backbone })
  const said = Object.keys(usual).filter((name) => name !== 'backbone' && !(name === 'mode' && mode === 'head'))
  expect(said.filter((name) => recipe[name as keyof Recipe] === usual[name as keyof Recipe])).toEqual([])
  const expected = Recipe.parse({ backbone, ...shared, mode, ...ofMode[mode] })
  const { shares, ...read } = readBack(flagsOf(recipe))
  const { shares: expectedShares, ...others } = expected
  expect(read).toEqual(others)
  for (const part of ['train', 'validation', 'test'] as const) expect(shares[part]).toBeCloseTo(expectedShares[part], 9)
  expect(Object.keys(ofMode[mode]).toSorted()).toEqual(settingsOfMode[mode].toSorted())
})
