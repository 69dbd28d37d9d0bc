import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { FeatureFile } from '../feature-file.ts'
import { dot } from '../dot.ts'
import { Turns } from '../turns.ts'

/** Images whose features are in memory together: 5 MB of 1,280 floats. */
const imagesAtOnce = 1024

/**
 * Orders images by the cosine between their features and those of `hash`, the most similar first and of equal ones the first of `hashes`; at most `atMost`.
 * The file is read in pieces, in its own order. Throws the signal's reason.
 */
export async function rankSimilar(
  file: FeatureFile,
  { hash, hashes, atMost }: Omit<TrainingTasks['rankSimilar']['input'], 'cache'>,
  signal: AbortSignal,
): Promise<TrainingTasks['rankSimilar']['result']> {
  const present = file.inFileOrder(hashes)
  if (!file.has(hash)) return { state: 'unseen', missing: hashes.length - present.length }
  const turns = new Turns(signal)
  const wanted = file.gather([hash])
  const wantedLength = Math.hypot(...wanted)
  const cosines = new Float32Array(hashes.length)
  for (let from = 0; from < present.length; from += imagesAtOnce) {
    await turns.give(false)
    const part = present.subarray(from, from + imagesAtOnce)
    const rows = file.gather(Array.from(part, (index) => hashes[index]!))
    for (const [row, index] of part.entries()) cosines[index] = cosine(rows, row * file.dim, wanted, wantedLength)
  }
  await turns.give(true)
  const ranked = present.sort((one, other) => cosines[other]! - cosines[one]! || one - other).subarray(0, atMost)
  return {
    state: 'ranked',
    order: ranked.slice(),
    similarity: Float32Array.from(ranked, (index) => cosines[index]!),
    missing: hashes.length - present.length,
  }
}

/** Of the row that begins at `at`; 0 where one of the two is all zeros. */
function cosine(rows: Float32Array, at: number, wanted: Float32Array, wantedLength: number): number {
  const { length } = wanted
  const lengths = Math.sqrt(dot(rows, at, rows, at, length)) * wantedLength
  return lengths === 0 ? 0 : dot(rows, at, wanted, 0, length) / lengths
}
