import { expect, test } from 'vitest'
import { augmentationPresets, noAugmentation } from '../../contract/augmentation.ts'
import { runForTests } from '../../../renderer/state/run-for-tests.ts'
import type { Recipe } from '../../contract/runs.ts'
import { augmentationOf, augmentText } from './augment-flag.ts'
import { findingLines } from './coach-lines.ts'

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
