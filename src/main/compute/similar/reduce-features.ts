import type { FeatureFile } from '../feature-file.ts'
import { makeRandom } from '../random.ts'
import type { Turns } from '../turns.ts'
import { dot } from '../dot.ts'

/** Images whose features are in memory together. */
const imagesAtOnce = 512
/** Directions are found on so many images; more change them little. */
const sampled = 3000
/** Each one sharpens the directions; after three they stay what they are. */
const rounds = 3

export interface Reduced {
  /** Row-major [images, dim]: the features of each image, made one long and centred, along the directions in which they differ most, widest first. */
  readonly rows: Float32Array
  readonly dim: number
}

/**
 * Features of `hashes`, all of which are in the file, in few dimensions: principal components by orthogonal iteration on a seeded sample (Halko,
 * Martinsson, Tropp, SIAM Review 53, 2011). Two rows are never further apart than the features of the images are. The file is read in pieces.
 * Throws the signal's reason.
 */
export async function reduceFeatures(
  file: FeatureFile,
  hashes: readonly string[],
  { dim, seed, turns, onProgress }: { dim: number; seed: number; turns: Turns; onProgress?: (done: number) => void },
): Promise<Reduced> {
  const random = makeRandom(seed)
  // Hashes are as good as drawn numbers, and in their own order the same for the same images.
  const drawn = hashes.toSorted()
  const picked = drawn.slice(0, sampled)
  const sample = normalised(file.gather(picked), file.dim)
  const mean = meanOf(sample, file.dim)
  const width = Math.min(dim, file.dim)
  const directions = await findDirections(sample, mean, { width, random, turns })
  const offsets = directions.map((direction) => dot(direction, 0, mean, 0, file.dim))
  const rows = new Float32Array(hashes.length * width)
  for (let from = 0; from < hashes.length; from += imagesAtOnce) {
    await turns.give(false)
    const part = normalised(file.gather(hashes.slice(from, from + imagesAtOnce)), file.dim)
    for (let row = 0; row * file.dim < part.length; row++) {
      for (const [at, direction] of directions.entries())
        rows[(from + row) * width + at] = dot(part, row * file.dim, direction, 0, file.dim) - offsets[at]!
    }
    onProgress?.(Math.min(from + imagesAtOnce, hashes.length))
  }
  return { rows, dim: width }
}

/** Makes every row of `dim` numbers one long, in place; a row of zeros stays one. */
export function normalised(rows: Float32Array, dim: number): Float32Array {
  for (let from = 0; from < rows.length; from += dim) {
    const row = rows.subarray(from, from + dim)
    const length = Math.sqrt(dot(row, 0, row, 0, dim))
    if (length > 0) for (let i = 0; i < dim; i++) row[i]! /= length
  }
  return rows
}

function meanOf(rows: Float32Array, dim: number): Float32Array {
  const sums = new Float64Array(dim)
  for (let from = 0; from < rows.length; from += dim) for (let i = 0; i < dim; i++) sums[i]! += rows[from + i]!
  return Float32Array.from(sums, (sum) => (sum * dim) / rows.length)
}

/** Orthonormal directions, the one along which the sample spreads most first. */
async function findDirections(
  sample: Float32Array,
  mean: Float32Array,
  { width, random, turns }: { width: number; random: () => number; turns: Turns },
): Promise<Float32Array[]> {
  const dim = mean.length
  let directions = Array.from({ length: width }, () => Float32Array.from({ length: dim }, () => random() - 0.5))
  orthonormalise(directions, random)
  for (let round = 0; round < rounds; round++) {
    const offsets = directions.map((direction) => dot(direction, 0, mean, 0, dim))
    const next = directions.map(() => new Float32Array(dim))
    for (let from = 0; from < sample.length; from += dim) {
      await turns.give(false)
      const row = sample.subarray(from, from + dim)
      for (const [at, direction] of directions.entries()) addScaled(next[at]!, row, dot(row, 0, direction, 0, dim) - offsets[at]!, mean)
    }
    directions = next
    orthonormalise(directions, random)
  }
  return directions
}

/** Adds (row - mean) * by. */
function addScaled(to: Float32Array, row: Float32Array, by: number, mean: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += (row[i]! - mean[i]!) * by
}

/** Gram-Schmidt, twice for rounding's sake, in place. A direction in which nothing spreads becomes a random one. */
function orthonormalise(directions: readonly Float32Array[], random: () => number): void {
  for (const [at, direction] of directions.entries()) {
    let length = straighten(directions, at)
    if (length < 1e-12) {
      for (let i = 0; i < direction.length; i++) direction[i] = random() - 0.5
      length = straighten(directions, at)
    }
    for (let i = 0; i < direction.length; i++) direction[i]! /= length
    length = straighten(directions, at)
    for (let i = 0; i < direction.length; i++) direction[i]! /= length
  }
}

/** Takes out of a direction what those before it have of it; answers what is left of its length, as a share of what it was. */
function straighten(directions: readonly Float32Array[], at: number): number {
  const direction = directions[at]!
  for (let before = 0; before < at; before++) {
    const other = directions[before]!
    const share = dot(direction, 0, other, 0, direction.length)
    for (let i = 0; i < direction.length; i++) direction[i]! -= share * other[i]!
  }
  return Math.sqrt(dot(direction, 0, direction, 0, direction.length))
}
