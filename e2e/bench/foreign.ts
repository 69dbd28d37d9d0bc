import { existsSync } from 'node:fs'
import { dot } from '../../src/main/compute/dot.ts'
import { nearnessOf, unitRows } from '../../src/main/compute/nearness.ts'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { trainHead } from '../../src/main/compute/train-head.ts'
import { plainLearning, type Head } from '../../src/main/contract/worker/training-tasks.ts'
import { photoSets } from '../photo-folder.ts'
import { readSet, type LabelledSet } from './labelled-set.ts'
import type { Row } from './measurements.ts'

const names = ['waste', 'cats-dogs', 'hemlock-cherry']
const seeds = [1, 2, 3]
/** Of the validation photos so many fall below a limit. */
const refusedShare = 0.05
const settings = { epochs: 30, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 8, ...plainLearning } as const

/** What tells photos of the classes from others: the larger, the more like them. In the order of the rows, row-major [rows, dim]. */
type Score = (rows: Float32Array) => Float64Array

/** The probability that one of `own` lies above one of `foreign`, ties half (area under the ROC curve, Mann-Whitney). */
function areaUnderCurve(own: Float64Array, foreign: Float64Array): number {
  let above = 0
  for (const one of own) for (const other of foreign) above += one > other ? 1 : one === other ? 0.5 : 0
  return above / (own.length * foreign.length)
}

function logitsOf({ dim, classCount, weights, bias }: Head, rows: Float32Array): Float64Array[] {
  return Array.from({ length: rows.length / dim }, (_, row) =>
    Float64Array.from({ length: classCount }, (__, c) => {
      let sum = bias[c] ?? 0
      for (let j = 0; j < dim; j++) sum += (rows[row * dim + j] ?? 0) * (weights[j * classCount + c] ?? 0)
      return sum
    }),
  )
}

/** log(sum(exp)) without overflow. */
function logSum(logits: Float64Array): number {
  const largest = Math.max(...logits)
  return largest + Math.log(logits.reduce((sum, each) => sum + Math.exp(each - largest), 0))
}

/**
 * The squared Mahalanobis distance to the nearest class mean, with one covariance for all classes (K. Lee et al., NeurIPS 2018), of rows of length 1; as much
 * as the mean variance is added to its diagonal, because there are fewer rows than features. Computed over the rows: (A + l I)^-1 by Woodbury and Cholesky.
 */
function mahalanobis(unit: Float32Array, classes: Int32Array, classCount: number, dim: number): (row: Float32Array) => number {
  const n = classes.length
  const means = Array.from({ length: classCount }, () => new Float32Array(dim))
  const counts = new Int32Array(classCount)
  for (const c of classes) counts[c] = (counts[c] ?? 0) + 1
  for (const [row, c] of classes.entries())
    for (let j = 0; j < dim; j++) means[c]![j] = (means[c]![j] ?? 0) + (unit[row * dim + j] ?? 0) / (counts[c] ?? 1)
  const within = unit.map((value, at) => value - (means[classes[Math.floor(at / dim)] ?? 0]![at % dim] ?? 0))
  const ridge = dot(within, 0, within, 0, within.length) / n / dim
  const factor = Array.from({ length: n }, () => new Float64Array(n))
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = dot(within, i * dim, within, j * dim, dim) + (i === j ? n * ridge : 0)
      for (let k = 0; k < j; k++) sum -= factor[i]![k]! * factor[j]![k]!
      factor[i]![j] = i === j ? Math.sqrt(sum) : sum / factor[j]![j]!
    }
  const distance = (row: Float32Array, mean: Float32Array): number => {
    const away = row.map((value, j) => value - (mean[j] ?? 0))
    const solved = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      let sum = dot(within, i * dim, away, 0, dim)
      for (let k = 0; k < i; k++) sum -= factor[i]![k]! * solved[k]!
      solved[i] = sum / factor[i]![i]!
    }
    return (dot(away, 0, away, 0, dim) - solved.reduce((sum, each) => sum + each * each, 0)) / ridge
  }
  return (row) => Math.min(...means.map((mean) => distance(row, mean)))
}

function scoresOf(head: Head, learned: Float32Array, classes: Int32Array): Readonly<Record<string, Score>> {
  const { dim, classCount } = head
  const unit = unitRows(learned, dim)
  const distance = mahalanobis(unit, classes, classCount, dim)
  return {
    'nearest learned photo': (rows) => nearnessOf(unitRows(rows, dim), unit, dim),
    'largest probability': (rows) => Float64Array.from(logitsOf(head, rows), (logits) => Math.exp(Math.max(...logits) - logSum(logits))),
    energy: (rows) => Float64Array.from(logitsOf(head, rows), logSum),
    Mahalanobis: (rows) => {
      const own = unitRows(rows, dim)
      return Float64Array.from({ length: own.length / dim }, (_, row) => -distance(own.subarray(row * dim, (row + 1) * dim)))
    },
  }
}

function rowsOf({ features, dim }: LabelledSet, places: readonly number[]): Float32Array {
  const rows = new Float32Array(places.length * dim)
  for (const [row, place] of places.entries()) rows.set(features.subarray(place * dim, (place + 1) * dim), row * dim)
  return rows
}

interface Told {
  readonly area: number
  /** Shares that fall below the limit of the validation photos. */
  readonly ownRefused: number
  readonly foreignRefused: number
}

/** How each score tells the test photos of a set, without a class where one is left out, from foreign ones. */
async function judge(
  set: LabelledSet,
  leftOut: number | null,
  foreign: readonly Float32Array[],
  seed: number,
): Promise<Map<string, Told[]>> {
  const kept = [...new Set(set.labels)].filter((label) => label !== leftOut).sort((a, b) => a - b)
  const order = Int32Array.from([...set.labels.keys()].filter((place) => set.labels[place] !== leftOut))
  shuffle(order, makeRandom(seed))
  const [toValidation, toTest] = [Math.round(order.length * 0.7), Math.round(order.length * 0.85)]
  const part = (from: number, to: number) => {
    const places = [...order.subarray(from, to)]
    return { features: rowsOf(set, places), classes: Int32Array.from(places, (place) => kept.indexOf(set.labels[place] ?? -1)) }
  }
  const { signal } = new AbortController()
  // Training standardises its rows in place.
  const task = { train: part(0, toValidation), validation: part(toValidation, toTest), settings: { ...settings, seed } }
  const { head } = await trainHead(
    { dim: set.dim, classCount: kept.length, ...task },
    { signal, stopSignal: signal, emit: () => undefined },
  )
  const [learned, validation, test] = [part(0, toValidation), part(toValidation, toTest), part(toTest, order.length)]
  const told = new Map<string, Told[]>()
  for (const [name, score] of Object.entries(scoresOf(head, learned.features, learned.classes))) {
    const sorted = score(validation.features).toSorted()
    const limit = sorted[Math.floor(sorted.length * refusedShare)] ?? -Infinity
    const below = (values: Float64Array): number => values.filter((value) => value < limit).length / values.length
    const own = score(test.features)
    const strange = foreign.map((rows) => score(rows))
    told.set(
      name,
      strange.map((each) => ({ area: areaUnderCurve(own, each), ownRefused: below(own), foreignRefused: below(each) })),
    )
  }
  return told
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
const ofHundred = (share: number): string => `${Math.round(100 * share)} of 100`

function rowOf(what: string, judged: readonly ReadonlyMap<string, readonly Told[]>[], at: number): Row {
  const text = (name: string): string => {
    const told = judged.flatMap((each) => each.get(name)?.slice(at, at + 1) ?? [])
    const [area, foreign, own] = (['area', 'foreignRefused', 'ownRefused'] as const).map((key) => mean(told.map((each) => each[key])))
    return `${(area ?? NaN).toFixed(3)}; ${ofHundred(foreign ?? NaN)} refused, ${ofHundred(own ?? NaN)} of its own`
  }
  const others = ['energy', 'Mahalanobis'].map((name) => `${name} ${text(name)}`).join(' / ')
  return { what, graft: text('nearest learned photo'), other: text('largest probability'), ratio: others, wanted: '' }
}

/** Photos of other things against those of the classes: classes left out of the training, and whole other sets. The numbers hardly depend on the machine. */
export async function foreign(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos are not at ${photoSets}`)
  const sets = new Map<string, LabelledSet>()
  for (const name of names) sets.set(name, await readSet(name))
  const rows: Row[] = []
  for (const [name, set] of sets) {
    const others = names.filter((each) => each !== name)
    const whole: Map<string, Told[]>[] = []
    const without: Map<string, Told[]>[] = []
    for (const seed of seeds) {
      whole.push(
        await judge(
          set,
          null,
          others.map((each) => sets.get(each)?.features ?? new Float32Array()),
          seed,
        ),
      )
      if (set.classCount === 2) continue
      for (let label = 0; label < set.classCount; label++) {
        const strange = rowsOf(
          set,
          [...set.labels.keys()].filter((place) => set.labels[place] === label),
        )
        without.push(await judge(set, label, [strange], seed))
      }
    }
    for (const [at, other] of others.entries()) rows.push(rowOf(`${name} against ${other}`, whole, at))
    if (without.length > 0) rows.push(rowOf(`${name} without one class against that class, mean of all`, without, 0))
  }
  return rows
}
