import { findTemperature, fitHead, soften } from '../../src/main/compute/confidence.ts'
import type { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { applyHead } from '../../src/main/compute/head.ts'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { suggestClasses } from '../../src/main/compute/suggest.ts'
import { topTwo } from '../../src/main/compute/use-reasons.ts'
import { labelsToSuggest } from '../../src/main/contract/suggestions.ts'
import { refreshAfter } from '../../src/main/core/suggestions/when-to-refresh.ts'

/** Photos with the classes that people gave them. */
export interface LabelledSet {
  readonly file: FeatureFile
  readonly hashes: readonly string[]
  readonly classes: readonly number[]
  /** Photos of one group look nearly the same; null: in none. */
  readonly groupIds: readonly (number | null)[]
  readonly classCount: number
}
export interface SimulatedSuggestion {
  readonly confidence: number
  readonly isRight: boolean
}
/** What was known after so many labels. */
export interface Point {
  readonly labels: number
  /** On photos that were never labelled, 0..1. */
  readonly accuracy: number
  readonly suggestions: readonly SimulatedSuggestion[]
}

const never = new AbortController().signal

/**
 * Labels up to `atMost` photos of a set as somebody would, in an order of chance or by what teaches most, from the first three of each class by chance on; a
 * third of the set is held out to measure on. The same seed holds out and begins with the same photos in both orders.
 */
export async function simulateLabelling(set: LabelledSet, by: 'chance' | 'use', seed: number, atMost: number): Promise<Point[]> {
  const order = Int32Array.from(set.hashes.keys())
  shuffle(order, makeRandom(seed))
  const heldOut = [...order.subarray(0, Math.floor(order.length / 3))]
  const open = [...order.subarray(heldOut.length)]
  const labelled: number[] = []
  const counts = new Map<number, number>()
  while (counts.size < set.classCount || Math.min(...counts.values()) < labelsToSuggest) {
    const next = open.shift()
    if (next === undefined) break
    labelled.push(next)
    const own = set.classes[next] ?? 0
    counts.set(own, (counts.get(own) ?? 0) + 1)
  }
  const points: Point[] = []
  for (;;) {
    points.push(await measure(set, labelled, heldOut))
    if (labelled.length >= atMost || open.length === 0) return points
    const step = Math.min(refreshAfter(labelled.length), atMost - labelled.length)
    const next = by === 'chance' ? open.slice(0, step) : await mostUseful(set, labelled, open, step)
    labelled.push(...next)
    const taken = new Set(next)
    open.splice(0, open.length, ...open.filter((each) => !taken.has(each)))
  }
}

async function mostUseful(set: LabelledSet, labelled: readonly number[], open: readonly number[], count: number): Promise<number[]> {
  const answer = await suggestClasses(
    set.file,
    {
      cache: { path: set.file.path, dim: set.file.dim },
      classCount: set.classCount,
      labelled: photosOf(set, labelled).map((photo, at) => ({ ...photo, classIndex: set.classes[labelled[at] ?? 0] ?? 0 })),
      unlabelled: new Uint8Array(Buffer.from(open.map((photo) => set.hashes[photo] ?? '').join(''), 'hex')),
      useful: count,
      seed: labelled.length,
    },
    { signal: never, emit: () => undefined },
  )
  return (answer?.useful ?? []).flatMap(({ place }) => open[place] ?? [])
}

function photosOf({ hashes, groupIds }: LabelledSet, photos: readonly number[]): { hash: string; groupId: number | null }[] {
  return photos.map((photo) => ({ hash: hashes[photo] ?? '', groupId: groupIds[photo] ?? null }))
}

async function measure(set: LabelledSet, labelled: readonly number[], heldOut: readonly number[]): Promise<Point> {
  const rowsOf = (photos: readonly number[]) => ({
    features: set.file.gather(photos.map((photo) => set.hashes[photo] ?? '')),
    classes: Int32Array.from(photos, (photo) => set.classes[photo] ?? 0),
  })
  const shape = { dim: set.file.dim, classCount: set.classCount }
  const temperature = await findTemperature(rowsOf(labelled), photosOf(set, labelled), shape, never)
  const head = await fitHead(rowsOf(labelled), shape, never)
  const test = rowsOf(heldOut)
  const probabilities = soften(applyHead(head, test.features), set.classCount, temperature)
  const suggestions = heldOut.map((photo, row) => {
    const own = probabilities.subarray(row * set.classCount, (row + 1) * set.classCount)
    const [first] = topTwo(own)
    return { confidence: own[first] ?? 0, isRight: first === set.classes[photo] }
  })
  return { labels: labelled.length, accuracy: suggestions.filter(({ isRight }) => isRight).length / heldOut.length, suggestions }
}
