import type { LearnedPhotos } from '../contract/worker/nearness-task.ts'
import { dot } from './dot.ts'
import type { FeatureFile } from './feature-file.ts'

/** Rows of length 1, row-major [rows, dim], as another array: their products are cosines. A row of zeros stays one. */
export function unitRows(features: Float32Array, dim: number): Float32Array {
  const unit = new Float32Array(features.length)
  for (let at = 0; at < features.length; at += dim) {
    const length = Math.sqrt(dot(features, at, features, at, dim))
    for (let j = at; length > 0 && j < at + dim; j++) unit[j] = (features[j] as number) / length
  }
  return unit
}

/**
 * The cosine of each of `rows` with the row of `learned` that it is most like: the distance to the nearest neighbour of Y. Sun et al., "Out-of-Distribution
 * Detection with Deep Nearest Neighbors" (ICML 2022), with k = 1. Both row-major [rows, dim] of length 1, `learned` of one row at least.
 */
export function nearnessOf(rows: Float32Array, learned: Float32Array, dim: number): Float64Array {
  const nearness = new Float64Array(rows.length / dim).fill(-1)
  for (let row = 0; row < nearness.length; row++)
    for (let at = 0; at < learned.length; at += dim)
      nearness[row] = Math.max(nearness[row] as number, dot(rows, row * dim, learned, at, dim))
  return nearness
}

/** Features of learned photos, of length 1. Those that were asked for last stay in memory: a camera asks about them several times a second. */
export class LearnedRows {
  #kept: { readonly key: string; readonly file: FeatureFile; readonly rows: Float32Array } | null = null

  read(file: FeatureFile, { cache, hashes }: LearnedPhotos): Float32Array {
    // What is missing may be extracted later, into the same file.
    const key = [cache.path, file.count, ...hashes].join(' ')
    if (this.#kept?.key === key && this.#kept.file === file) return this.#kept.rows
    const rows = unitRows(file.gather(hashes.filter((hash) => file.has(hash))), file.dim)
    this.#kept = { key, file, rows }
    return rows
  }
}

/** Of each of `asked` in the same file, as the task `nearness` answers: null for all of them where no learned photo has features. */
export function nearnessIn(file: FeatureFile, kept: LearnedRows, learned: LearnedPhotos, asked: readonly string[]): (number | null)[] {
  const there = asked.filter((hash) => file.has(hash))
  const rows = kept.read(file, learned)
  if (rows.length === 0) return asked.map(() => null)
  const found = nearnessOf(unitRows(file.gather(there), file.dim), rows, file.dim)
  const byHash = new Map(there.map((hash, row) => [hash, found[row] as number]))
  return asked.map((hash) => byHash.get(hash) ?? null)
}
