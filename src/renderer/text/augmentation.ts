import { augmentationPresets, changesOf, noAugmentation, presetOf, type Augmentation } from '../../main/contract/augmentation.ts'
import type { AskedRecipe } from '../../main/contract/runs.ts'
import { countOf } from './numbers.ts'

type Change = Partial<Augmentation>

/** One way in which photos are changed, off, a little and a lot; the numbers are those that the recipe keeps. */
export interface Aspect {
  readonly name: string
  readonly hint: string
  readonly strengths: readonly { readonly name: string; readonly change: Change }[]
}

const inSteps = (off: Change, little: Change, lot: Change): Aspect['strengths'] => [
  { name: 'Off', change: off },
  { name: 'A little', change: little },
  { name: 'A lot', change: lot },
]
const onOff = (off: Change, on: Change): Aspect['strengths'] => [
  { name: 'Off', change: off },
  { name: 'On', change: on },
]

export const aspects: readonly Aspect[] = [
  { name: 'Mirror', hint: 'Left and right, every second time', strengths: onOff({ flip: false }, { flip: true }) },
  { name: 'Upside down', hint: 'Every second time', strengths: onOff({ upsideDown: false }, { upsideDown: true }) },
  { name: 'Turn', hint: 'By up to 10 or 30 degrees either way', strengths: inSteps({ rotate: 0 }, { rotate: 10 }, { rotate: 30 }) },
  {
    name: 'Cut and zoom',
    hint: 'A part with at least 80 or 60 % of the side, anywhere; a lot: also from up to 10 % farther',
    strengths: inSteps({ zoomIn: 0, zoomOut: 0 }, { zoomIn: 0.2, zoomOut: 0 }, { zoomIn: 0.4, zoomOut: 0.1 }),
  },
  {
    name: 'Light and colour',
    hint: 'Brightness, contrast and saturation, by up to 15 or 40 %',
    strengths: inSteps(
      { brightness: 0, contrast: 0, saturation: 0 },
      { brightness: 0.15, contrast: 0.15, saturation: 0.15 },
      { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
    ),
  },
  {
    name: 'Blur',
    hint: 'By up to 0.5 or 1.5 % of the side (sigma)',
    strengths: inSteps({ blur: 0 }, { blur: 0.005 }, { blur: 0.015 }),
  },
  {
    name: 'Cover',
    hint: 'Noise over 2 to 40 % of every fourth or second photo (random erasing)',
    strengths: inSteps({ erase: 0 }, { erase: 0.25 }, { erase: 0.5 }),
  },
  {
    name: 'Mix',
    hint: 'Two photos and their classes into one (mixup, alpha 0.1 or 0.4); not shown above',
    strengths: inSteps({ mixup: 0 }, { mixup: 0.1 }, { mixup: 0.4 }),
  },
]

/** Which of its strengths a recipe has; null where it has other numbers. */
export function strengthOf({ strengths }: Aspect, augmentation: Augmentation): string | null {
  const isSame = ({ change }: { readonly change: Change }): boolean =>
    Object.entries(change).every(([name, value]) => augmentation[name as keyof Augmentation] === value)
  return strengths.find(isSame)?.name ?? null
}

/** Choices of the form. `none`: what each way to learn does by itself. */
export type AugmentationChoice = 'none' | 'usual' | 'either-way-up' | 'custom'

export const augmentationWords = {
  name: 'Change photos while it learns',
  hint: ({ mode, augmentation }: Pick<AskedRecipe, 'mode' | 'augmentation'>) => {
    if (augmentation !== null && presetOf(augmentation) !== 'off')
      return `Each pass sees every photo otherwise: ${changesText(augmentation)} (augmentation).`
    return mode === 'scratch' && augmentation === null
      ? 'Each pass sees every photo otherwise: mirrored, moved, brighter or darker (augmentation).'
      : mode === 'head'
        ? 'Photos are learned from as they are. Changing them (augmentation) brought the last step alone nothing, up or down, on the sets that we measured.'
        : 'Photos are learned from as they are (no augmentation).'
  },
  choices: (mode: AskedRecipe['mode']): readonly { value: AugmentationChoice; name: string; hint: string }[] => [
    mode === 'scratch'
      ? { value: 'none', name: 'Simple', hint: 'Mirrored, moved by up to a tenth, brighter or darker' }
      : { value: 'none', name: 'Off', hint: 'As they are' },
    { value: 'usual', name: 'Usual', hint: 'For everyday photos' },
    { value: 'either-way-up', name: 'Any way up', hint: 'For photos from above: leaves, the sky, what a microscope sees' },
    { value: 'custom', name: 'Custom', hint: 'Each change by itself' },
  ],
  variants: 'Looks kept of each photo',
  variantsHint: (variants: number) =>
    `Before it learns, the network looks at each photo to learn from ${variants} more times; that takes so many times as long, once.`,
  seen: 'As it will see them',
  again: 'Draw again',
  noPhotos: 'Once there are photos, they are shown here as the network will see them.',
} as const

/** In half a sentence what is done to photos, with the numbers. */
export function changesText(augmentation: Augmentation): string {
  const percent = (share: number): string => `${Math.round(1000 * share) / 10} %`
  const { flip, upsideDown, rotate, zoomIn, zoomOut, brightness, contrast, saturation, blur, erase, mixup } = augmentation
  const said = [
    flip && upsideDown ? 'mirrored both ways' : flip ? 'mirrored' : upsideDown ? 'upside down' : null,
    rotate === 0 ? null : rotate === 180 ? 'turned any way' : `turned by up to ${rotate}°`,
    zoomIn === 0 && zoomOut === 0 ? null : `seen from ${percent(1 - zoomIn)} to ${percent(1 + zoomOut)} of the side`,
    brightness === 0 ? null : `brightness ±${percent(brightness)}`,
    contrast === 0 ? null : `contrast ±${percent(contrast)}`,
    saturation === 0 ? null : `saturation ±${percent(saturation)}`,
    blur === 0 ? null : `blurred by up to ${percent(blur)} of the side`,
    erase === 0 ? null : `partly covered (${percent(erase)} of them)`,
    mixup === 0 ? null : `mixed (alpha ${mixup})`,
  ].filter((each) => each !== null)
  return said.length === 0 ? 'as they are' : said.join(', ')
}

/** What the form writes for all of a network: see `Recipe.blocks`. */
const allBlocks = 100

/** `usual`, or what is done in words; for a run's settings and for comparing. */
export function augmentationText({ mode, blocks, augmentation }: Pick<AskedRecipe, 'mode' | 'blocks' | 'augmentation'>): string {
  if (augmentation === null) return mode === 'scratch' ? 'simple (mirrored, moved, brighter or darker)' : 'no'
  const preset = presetOf(augmentation)
  // No looks are kept of pictures that a network learns from as a whole, nor of photos that are only mixed: each pass makes them anew.
  const wholeLearns = mode === 'scratch' || (mode === 'fine-tune' && blocks >= allBlocks)
  const kept = wholeLearns || changesOf({ mode, augmentation }) === null ? '' : `; ${countOf(augmentation.variants, 'look')} of each`
  if (preset === 'off') return 'no'
  return `${preset === 'usual' ? 'usual: ' : preset === 'either-way-up' ? 'any way up: ' : ''}${changesText(augmentation)}${kept}`
}

/** What the form chooses: null goes back to what each way to learn does by itself. */
export function augmentationOf(choice: AugmentationChoice, before: Augmentation | null): Augmentation | null {
  const kept = { variants: (before ?? noAugmentation).variants }
  if (choice === 'none') return null
  if (choice === 'custom') return before ?? augmentationPresets.usual
  return { ...augmentationPresets[choice], ...kept }
}
