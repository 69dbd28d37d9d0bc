import { expect, test } from 'vitest'
import { augmentationPresets, noAugmentation } from '../../contract/augmentation.ts'
import { augmentationOf } from './augment-flag.ts'

test('a name, settings, or both say how photos are changed', () => {
  expect(augmentationOf('usual')).toEqual(augmentationPresets.usual)
  expect(augmentationOf('off')).toEqual(noAugmentation)
  expect(augmentationOf('flip=on,rotate=15,zoom-in=0.2')).toEqual({ ...noAugmentation, flip: true, rotate: 15, zoomIn: 0.2 })
  expect(augmentationOf('either-way-up, flip=off, variants=8')).toEqual({
    ...augmentationPresets['either-way-up'],
    flip: false,
    variants: 8,
  })
})

test.each([
  ['strong', '--augment takes off, usual, either-way-up, or settings as in flip=on,rotate=15 with flip, upside-down,'],
  ['flip=yes', 'flip of --augment must be on or off, not yes'],
  ['rotate=200', 'rotate of --augment must be a number from 0 to 180'],
  ['usual,usual', 'not usual'],
  ['', 'not nothing'],
  ['zoom-in=much', 'zoom-in of --augment must be a number from 0 to 0.9'],
])('%s is refused with what would be taken', (text, words) => {
  expect(() => augmentationOf(text)).toThrow(
    expect.objectContaining({ details: { reason: expect.stringContaining(words) as string } }) as Error,
  )
})
