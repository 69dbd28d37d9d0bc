import type { PixelChanges } from '../contract/augmentation.ts'
import { makeRandom } from './seeded-random.ts'

/** One way to see a photo, out of those that a training allows. */
export interface Look {
  readonly mirrored: boolean
  readonly upsideDown: boolean
  /** Clockwise. */
  readonly degrees: number
  /** Of the square that is seen, as a share of the photo's. */
  readonly side: number
  /** Where it lies: of the room that there is, -1 (left, top) to 1 (right, bottom). */
  readonly across: number
  readonly down: number
  /** Factors; 1 changes nothing. */
  readonly brightness: number
  readonly contrast: number
  readonly saturation: number
  /** Standard deviation of the blur, as a share of the photo's side. */
  readonly blur: number
  /** What is covered, in shares of the picture's side, and the seed of the noise. */
  readonly erased: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
    readonly seed: number
  } | null
}

/** Random erasing as in Zhong et al. 2020 (Random Erasing Data Augmentation, algorithm 1, section 4.2): area as a share, and height over width. */
const erasedArea = { least: 0.02, most: 0.4 }
const leastAspect = 0.3
/** A rectangle that does not fit is drawn again; after so many none is covered. */
const erasingTries = 100

/**
 * Draws a look. The same numbers are drawn whatever the settings, so that one that is changed leaves the others as they were.
 */
export function drawLook(changes: PixelChanges, random: () => number): Look {
  const between = (most: number): number => (2 * random() - 1) * most
  const factor = (most: number): number => 1 + between(most)
  return {
    mirrored: random() < 0.5 && changes.flip,
    upsideDown: random() < 0.5 && changes.upsideDown,
    degrees: between(changes.rotate),
    side: 1 - changes.zoomIn + random() * (changes.zoomIn + changes.zoomOut),
    across: between(1),
    down: between(1),
    brightness: factor(changes.brightness),
    contrast: factor(changes.contrast),
    saturation: factor(changes.saturation),
    blur: random() * changes.blur,
    erased: drawErased(random() < changes.erase, makeRandom(random() * 2 ** 32)),
  }
}

function drawErased(isErased: boolean, random: () => number): Look['erased'] {
  if (!isErased) return null
  for (let tries = 0; tries < erasingTries; tries++) {
    const area = erasedArea.least + random() * (erasedArea.most - erasedArea.least)
    const aspect = leastAspect + random() * (1 / leastAspect - leastAspect)
    const [height, width] = [Math.sqrt(area * aspect), Math.sqrt(area / aspect)]
    const [left, top] = [random(), random()]
    if (left + width <= 1 && top + height <= 1) return { left, top, width, height, seed: random() * 2 ** 32 }
  }
  return null
}

/** Of everything that is drawn for a photo's variant: the same for every training, whatever its seed. `hash`: 64 hex digits. */
export function seedOfVariant(hash: string, variant: number): number {
  // 2^32 over the golden ratio: neighbouring variants get seeds far from each other.
  return Number.parseInt(hash.slice(0, 8), 16) ^ Math.imul(variant, 0x9e3779b9)
}

/** The look of a photo's variant. What a network saw of it can be kept. */
export function lookOfVariant(changes: PixelChanges, hash: string, variant: number): Look {
  return drawLook(changes, makeRandom(seedOfVariant(hash, variant)))
}
