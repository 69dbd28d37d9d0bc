import type { TaskContext } from '../contract/worker/protocol.ts'
import { noClass, type SuggestedClasses, type SuggestInput } from '../contract/worker/suggest-task.ts'
import type { Head } from '../contract/worker/training-tasks.ts'
import { findTemperature, fitHead, soften } from './confidence.ts'
import type { FeatureFile } from './feature-file.ts'
import { applyHead } from './head.ts'
import { LeastSure } from './least-sure.ts'
import { makeRandom } from './random.ts'
import type { LabelledRows } from './softmax-regression.ts'
import { measureScale, type FeatureScale } from './standardise.ts'
import { Turns } from './turns.ts'
import { orderByUse } from './useful-order.ts'
import { reasonsFor, topTwo, toUnitRows } from './use-reasons.ts'

/** Photos whose features are in memory at once: 10 MB at 1,280 floats. */
const photosPerPiece = 2048
/** The most useful photos are chosen among so many that the head is not sure of, and compared with so many others for their reasons. */
const candidatesAtMost = 1500
const comparedAtMost = 500

type Context = Pick<TaskContext<{ readonly done: number; readonly total: number }>, 'signal' | 'emit'>

/** A head with what makes its confidence mean something. */
interface Judge {
  readonly head: Head
  readonly temperature: number
}

/** The task `suggest` of the training worker. */
export async function suggestClasses(file: FeatureFile, input: SuggestInput, context: Context): Promise<SuggestedClasses | null> {
  const labelled = input.labelled.filter(({ hash }) => file.has(hash))
  if (new Set(labelled.map(({ classIndex }) => classIndex)).size < 2) return null
  const rows: LabelledRows = {
    features: file.gather(labelled.map(({ hash }) => hash)),
    classes: Int32Array.from(labelled, ({ classIndex }) => classIndex),
  }
  const scale = measureScale(rows.features, file.dim)
  const likeLabelled = toUnitRows(someRows(rows.features, file.dim, comparedAtMost), scale.means)
  const shape = { dim: file.dim, classCount: input.classCount }
  const temperature = await findTemperature(rows, labelled, shape, context.signal)
  const judge = { head: await fitHead(rows, shape, context.signal), temperature }
  const hashes = hashesOf(input.unlabelled)
  const { least, ...answers } = await answerAll(file, hashes, judge, input, context)
  const useful = await mostUseful(file, hashes, { judge, least, scale, likeLabelled, input, signal: context.signal })
  return { ...answers, order: bySureness(answers), useful }
}

type Answers = Omit<SuggestedClasses, 'order' | 'useful'>

/** Answers for every photo, whose features are read piece by piece; keeps the places of those that the head is least sure of. */
async function answerAll(
  file: FeatureFile,
  hashes: readonly string[],
  { head, temperature }: Judge,
  { seed }: SuggestInput,
  { signal, emit }: Context,
): Promise<Answers & { readonly least: LeastSure }> {
  const total = hashes.length
  const turns = new Turns(signal)
  const least = new LeastSure(candidatesAtMost, makeRandom(seed))
  const [best, second] = [new Uint16Array(total).fill(noClass), new Uint16Array(total).fill(noClass)]
  const [confidence, secondConfidence] = [new Float32Array(total), new Float32Array(total)]
  let withoutFeatures = 0
  for (let from = 0; from < total; from += photosPerPiece) {
    await turns.give(true)
    emit({ done: from, total })
    const places = placesWithFeatures(file, hashes, from, Math.min(total, from + photosPerPiece))
    withoutFeatures += Math.min(total - from, photosPerPiece) - places.length
    const features = file.gather(places.map((place) => hashes[place] as string))
    const probabilities = soften(applyHead(head, features), head.classCount, temperature)
    for (const [row, place] of places.entries()) {
      const own = probabilities.subarray(row * head.classCount, (row + 1) * head.classCount)
      const [first, next] = topTwo(own)
      best[place] = first
      second[place] = next
      confidence[place] = own[first] as number
      secondConfidence[place] = own[next] as number
      least.offer(place, 1 - ((own[first] as number) - (own[next] as number)))
    }
  }
  return { best, second, confidence, secondConfidence, withoutFeatures, least }
}

interface Choice {
  readonly judge: Judge
  readonly least: LeastSure
  readonly scale: FeatureScale
  readonly likeLabelled: ReturnType<typeof toUnitRows>
  readonly input: SuggestInput
  readonly signal: AbortSignal
}

async function mostUseful(
  file: FeatureFile,
  hashes: readonly string[],
  { judge: { head, temperature }, least, scale, likeLabelled, input, signal }: Choice,
): Promise<SuggestedClasses['useful']> {
  const { dim, classCount } = head
  const turns = new Turns(signal)
  const random = makeRandom(input.seed)
  const places = least.places()
  if (places.length === 0) return []
  const gathered = file.gather(places.map((place) => hashes[place] as string))
  const all = soften(applyHead(head, gathered), classCount, temperature)
  const centred = gathered.slice()
  for (let at = 0; at < centred.length; at++) centred[at] = (centred[at] as number) - (scale.means[at % dim] as number)
  const chosen = await orderByUse({ features: centred, probabilities: all, dim, classCount }, input.useful, random, turns)
  const sample = someOf(hashes, comparedAtMost).filter((hash) => file.has(hash))
  const reasons = await reasonsFor(
    {
      dim,
      classCount,
      chosen: toUnitRows(rowsAt(gathered, dim, chosen), scale.means),
      probabilities: rowsAt(all, classCount, chosen),
      labelled: likeLabelled,
      sample: toUnitRows(file.gather(sample), scale.means),
    },
    turns,
  )
  return chosen.flatMap((row, at) => {
    const [place, reason] = [places[row], reasons[at]]
    return place === undefined || reason === undefined ? [] : [{ place, reason }]
  })
}

/** Places of the photos that have a class, the surest first, those that are as sure in their order. */
function bySureness({ best, confidence }: Answers): Uint32Array {
  const places = Uint32Array.from(best.keys()).filter((place) => best[place] !== noClass)
  return places.sort((a, b) => (confidence[b] as number) - (confidence[a] as number) || a - b)
}

function placesWithFeatures(file: FeatureFile, hashes: readonly string[], from: number, to: number): number[] {
  const places: number[] = []
  for (let place = from; place < to; place++) if (file.has(hashes[place] as string)) places.push(place)
  return places
}

function hashesOf(packed: Uint8Array): string[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  return Array.from({ length: bytes.length / 32 }, (_, place) => bytes.toString('hex', place * 32, (place + 1) * 32))
}

/** At most `count` of `values`, spread evenly. */
function someOf<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  return Array.from({ length: count }, (_, at) => values[Math.floor((at * values.length) / count)] as T)
}

function someRows(features: Float32Array, dim: number, count: number): Float32Array {
  return rowsAt(features, dim, someOf([...Array(features.length / dim).keys()], count))
}

function rowsAt(values: Float32Array, length: number, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * length)
  for (const [at, row] of rows.entries()) picked.set(values.subarray(row * length, (row + 1) * length), at * length)
  return picked
}
