import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assignFolds } from '../../src/main/compute/assign-folds.ts'
import { findDoubts } from '../../src/main/compute/wrong-labels/confident-learning.ts'
import { predictOutOfFold } from '../../src/main/compute/wrong-labels/out-of-fold.ts'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { Turns } from '../../src/main/compute/turns.ts'
import { photoSets } from '../photo-folder.ts'
import { withFolder } from './graft-process.ts'
import { readSet, type LabelledSet } from './labelled-set.ts'
import type { Row } from './measurements.ts'
import { runScript } from './python-environments.ts'

const sets = ['waste', 'cats-dogs']
const shares = [0.05, 0.2]
/** Others than those that the head was chosen on. */
const seeds = [1, 2, 3, 4, 5]
const folds = 10

/** What a program says of a set: every row by how likely its label is wrong, the worst first, and the rows that it lists. */
interface Answer {
  readonly order: readonly number[]
  readonly issues: readonly number[]
}

/** Means over the seeds. */
interface Score {
  /** Of the first k, as many as labels were flipped: precision and recall are the same. */
  readonly first: number
  readonly firstHalf: number
  readonly averagePrecision: number
  readonly listed: number
  readonly listedPrecision: number
  readonly listedRecall: number
}

/** Labels of which a share was flipped to another class, and the rows of those. */
function flip({ labels, classCount }: LabelledSet, share: number, seed: number): { labels: Int32Array; flipped: ReadonlySet<number> } {
  const random = makeRandom(seed)
  const order = Int32Array.from(labels.keys())
  shuffle(order, random)
  const flipped = new Set(order.subarray(0, Math.round(labels.length * share)))
  const other = (label: number): number => (label + 1 + Math.floor(random() * (classCount - 1))) % classCount
  return { labels: labels.map((label, row) => (flipped.has(row) ? other(label) : label)), flipped }
}

/** Of 1 where the flipped labels come first; Zhu, "Recall, precision and average precision", 2004. */
function score({ order, issues }: Answer, flipped: ReadonlySet<number>): Score {
  const right = (rows: readonly number[]): number => rows.filter((row) => flipped.has(row)).length
  const half = Math.floor(flipped.size / 2)
  const precisions = order.flatMap((row, place) => (flipped.has(row) ? [right(order.slice(0, place + 1)) / (place + 1)] : []))
  return {
    first: right(order.slice(0, flipped.size)) / flipped.size,
    firstHalf: right(order.slice(0, half)) / half,
    averagePrecision: mean(precisions),
    listed: issues.length,
    listedPrecision: issues.length === 0 ? 1 : right(issues) / issues.length,
    listedRecall: right(issues) / flipped.size,
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

function meanScore(scores: readonly Score[]): Score {
  const of = (key: keyof Score): number => mean(scores.map((each) => each[key]))
  return {
    ...{ first: of('first'), firstHalf: of('firstHalf'), averagePrecision: of('averagePrecision') },
    ...{ listed: of('listed'), listedPrecision: of('listedPrecision'), listedRecall: of('listedRecall') },
  }
}

/** As the task `checkLabels` does it, with the order of all rows. */
async function askGraft({ hashes, classCount, dim, features }: LabelledSet, labels: Int32Array): Promise<Answer> {
  const rows = hashes.map((hash, row) => ({ hash, classIndex: labels[row] ?? 0, groupId: null }))
  const probabilities = await predictOutOfFold(
    { dim, classCount, rows: { features: features.slice(), classes: labels }, foldOf: assignFolds(rows, folds, 1), folds, seed: 1 },
    new Turns(new AbortController().signal),
    () => undefined,
  )
  const margin = (row: number): number => {
    const own = probabilities.subarray(row * classCount, (row + 1) * classCount)
    const label = labels[row] ?? 0
    return (own[label] ?? 0) - Math.max(...own.filter((_, each) => each !== label))
  }
  const margins = Array.from(labels.keys(), margin)
  const order = [...labels.keys()].sort((a, b) => (margins[a] ?? 0) - (margins[b] ?? 0))
  return { order, issues: findDoubts({ probabilities, classes: labels, classCount }).doubts.map(({ row }) => row) }
}

async function compareOn(name: string, share: number, set: LabelledSet): Promise<readonly Row[]> {
  const tasks = seeds.map((seed) => flip(set, share, seed))
  const ours: Score[] = []
  for (const { labels, flipped } of tasks) ours.push(score(await askGraft(set, labels), flipped))
  const theirs = await withFolder(async (folder) => {
    const [features, labels] = [join(folder, 'features.f32'), join(folder, 'labels.json')]
    writeFileSync(features, set.features)
    writeFileSync(labels, JSON.stringify(tasks.map((task) => [...task.labels])))
    const { printed } = await runScript('cleanlab', 'find_label_issues', [features, labels])
    return (printed as Answer[]).map((answer, index) => score(answer, tasks[index]?.flipped ?? new Set()))
  })
  const [graft, cleanlab] = [meanScore(ours), meanScore(theirs)]
  const about = `${name}, ${share * 100} % of 300 labels flipped`
  const row = (what: string, key: 'first' | 'firstHalf' | 'averagePrecision'): Row => ({
    what: `${about}: ${what}`,
    graft: graft[key].toFixed(3),
    other: cleanlab[key].toFixed(3),
    ratio: `${(graft[key] / cleanlab[key]).toFixed(2)} times`,
    wanted: 'at least as good',
  })
  const listed = ({ listed, listedPrecision, listedRecall }: Score): string =>
    `${listed.toFixed(0)}: ${listedPrecision.toFixed(2)}, ${listedRecall.toFixed(2)}`
  return [
    row('precision and recall of the first k, as many as were flipped', 'first'),
    row('precision of the first k / 2', 'firstHalf'),
    row('average precision', 'averagePrecision'),
    {
      what: `${about}: listed by its own cut-off, with precision and recall`,
      graft: listed(graft),
      other: listed(cleanlab),
      ratio: '',
      wanted: '',
    },
  ]
}

/** Labels flipped by a seeded script and found again, beside cleanlab on the same features. The numbers do not depend on the machine. */
export async function wrongLabels(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos of ${sets.join(' and ')} are not at ${photoSets}`)
  const rows: Row[] = []
  for (const name of sets) {
    const set = await readSet(name)
    for (const share of shares) rows.push(...(await compareOn(name, share, set)))
  }
  return rows
}
