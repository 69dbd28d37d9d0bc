import { expect, test } from 'vitest'
import { augmentationPresets, noAugmentation } from '../../main/contract/augmentation.ts'
import { augmentationText, augmentationWords } from './augmentation.ts'

const mixed = { ...noAugmentation, mixup: 0.2 }
const { usual } = augmentationPresets

test('looks of each photo are told where they are kept alone', () => {
  expect(augmentationText({ mode: 'head', blocks: 4, augmentation: usual })).toMatch(/; 4 looks of each$/)
  expect(augmentationText({ mode: 'fine-tune', blocks: 4, augmentation: usual })).toMatch(/; 4 looks of each$/)
  expect(augmentationText({ mode: 'fine-tune', blocks: 100, augmentation: usual })).not.toContain('looks')
  expect(augmentationText({ mode: 'scratch', blocks: 4, augmentation: usual })).not.toContain('looks')
  expect(augmentationText({ mode: 'head', blocks: 4, augmentation: mixed })).toBe('mixed (alpha 0.2)')
})

test('photos that nothing changes are seen as they are, not otherwise in each pass', () => {
  for (const mode of ['head', 'fine-tune'] as const)
    expect(augmentationWords.hint({ mode, augmentation: noAugmentation })).toMatch(/^Photos are learned from as they are/)
  expect(augmentationWords.hint({ mode: 'head', augmentation: usual })).toMatch(/^Each pass sees every photo otherwise: mirrored/)
})
