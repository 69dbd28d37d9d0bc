import { z } from 'zod'
import { numberBetween, wholeNumber } from './number-range.ts'

/**
 * How photos to learn from are changed at random, each time anew: the same thing, seen otherwise. 0 and false: not. All of it is drawn evenly from its range,
 * independently, in the order of these settings. Photos to validate and to test on stay as they are.
 */
export const Augmentation = z.object({
  /** Mirrored left to right, every second time. */
  flip: z.boolean().default(false),
  /** Mirrored top to bottom, every second time. */
  upsideDown: z.boolean().default(false),
  /** Turned by up to so many degrees, either way. */
  rotate: numberBetween(0, 180).default(0),
  /** The square that is seen may be so much smaller than the photo's, as a share of its side, and lies anywhere in it. */
  zoomIn: numberBetween(0, 0.9).default(0),
  /** It may be so much larger; what lies around the photo is its mirror image. */
  zoomOut: numberBetween(0, 1).default(0),
  /** Times 1 - x to 1 + x. */
  brightness: numberBetween(0, 0.9).default(0),
  /** The distance from the photo's mean grey, times 1 - x to 1 + x. */
  contrast: numberBetween(0, 0.9).default(0),
  /** The distance of each pixel from its own grey, times 1 - x to 1 + x. */
  saturation: numberBetween(0, 1).default(0),
  /** Blurred by a Gauss curve whose standard deviation is up to so much of the photo's side. */
  blur: numberBetween(0, 0.05).default(0),
  /** How often a part of the photo is covered with noise (Zhong et al. 2020), 0..1. */
  erase: numberBetween(0, 1).default(0),
  /** Two photos and their labels are mixed, by a share from the Beta distribution of this parameter, twice (Zhang et al. 2018). */
  mixup: numberBetween(0, 1).default(0),
  /** Where photos go through the network once, before the training: so many changed ones of each are looked at and kept besides itself. */
  variants: wholeNumber(1, 16).default(4),
})
export type Augmentation = z.infer<typeof Augmentation>

/** What is done to the pixels of one photo. */
export type PixelChanges = Omit<Augmentation, 'mixup' | 'variants'>

/** How the pictures of a training are changed; `simple`: as a small network that starts from nothing does it by itself. Null: not. */
export type RowChanges = PixelChanges | 'simple' | null

export const noAugmentation: Augmentation = Augmentation.parse({})

/** For everyday photos: what a second look at the same thing would have changed. */
const usual: Augmentation = {
  ...noAugmentation,
  flip: true,
  rotate: 10,
  zoomIn: 0.2,
  brightness: 0.15,
  contrast: 0.15,
  saturation: 0.15,
}

/** Choices with a name. `either-way-up`: for photos from above, such as leaves, the sky, or what a microscope sees. */
export const augmentationPresets = {
  off: noAugmentation,
  usual,
  'either-way-up': { ...usual, upsideDown: true, rotate: 180 },
} as const satisfies Record<string, Augmentation>
export type AugmentationPreset = keyof typeof augmentationPresets

/** Whether it changes the pixels of a photo. */
function changesPixels({ mixup: _mixup, variants: _variants, ...changes }: Augmentation): boolean {
  return Object.values(changes).some((value) => value !== false && value !== 0)
}

/** What a training does to the pixels of the photos that it learns from. */
export function changesOf({ mode, augmentation }: { readonly mode: string; readonly augmentation: Augmentation | null }): RowChanges {
  if (augmentation === null) return mode === 'scratch' ? 'simple' : null
  return changesPixels(augmentation) ? augmentation : null
}

/** The preset that this is, however many variants are kept; null where it is none. */
export function presetOf(augmentation: Augmentation): AugmentationPreset | null {
  const isSame = (preset: Augmentation): boolean =>
    Object.entries(preset).every(([name, value]) => name === 'variants' || augmentation[name as keyof Augmentation] === value)
  const names = Object.keys(augmentationPresets) as AugmentationPreset[]
  return names.find((name) => isSame(augmentationPresets[name])) ?? null
}
