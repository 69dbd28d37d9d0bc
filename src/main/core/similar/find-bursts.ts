import { bitCount } from '../images/near-duplicates.ts'

/** An image as far as bursts go. */
export interface TakenLook {
  readonly id: number
  readonly takenAtMs: number
  /** 16 hex digits, see `near-duplicates.ts`. */
  readonly perceptualHash: string
}

/** Photos of one burst follow each other within this. */
const burstMs = 3000
/**
 * Most bits in which the hashes of two photos of one scene differ. Of 40,000 pairs of different photos (cats, dogs, waste, trees) 0.7 % are as close, and
 * these would have to be taken within three seconds as well.
 */
const sceneDistance = 18
/** A camera without a clock gives thousands of photos one time: each is compared with so many before it, so that the work stays in proportion. */
const comparedAtMost = 40

/** Pairs of images that were taken within three seconds of each other and look like one scene; joined, they are bursts. */
export function findBursts(looks: readonly TakenLook[]): (readonly [number, number])[] {
  const sorted = looks.toSorted((one, other) => one.takenAtMs - other.takenAtMs || one.id - other.id)
  const words = sorted.map(({ perceptualHash }) => wordsOf(perceptualHash))
  const pairs: (readonly [number, number])[] = []
  for (const [at, look] of sorted.entries()) {
    for (let before = at - 1; before >= 0 && before >= at - comparedAtMost; before--) {
      const other = sorted[before]!
      if (look.takenAtMs - other.takenAtMs > burstMs) break
      if (distance(words[at]!, words[before]!) <= sceneDistance) pairs.push([other.id, look.id])
    }
  }
  return pairs
}

/** Whether two photos were taken as those of a burst are. */
export function isBurstTime(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && Math.abs(one - other) <= burstMs
}

type Words = readonly [number, number]

function wordsOf(hash: string): Words {
  return [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)]
}

function distance([high, low]: Words, [otherHigh, otherLow]: Words): number {
  return bitCount(high ^ otherHigh) + bitCount(low ^ otherLow)
}
