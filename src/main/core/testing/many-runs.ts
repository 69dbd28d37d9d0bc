import type { Database } from 'better-sqlite3'
import { Recipe, type EpochReport } from '../../contract/runs.ts'
import { readCatalog, type CatalogEntry } from '../backbones/catalog.ts'
import { makeSplit, type Split, type SplitPlan } from '../splits/make-split.ts'
import { studioVersion } from '../studio-version.ts'
import { writeAnnotation } from '../training/annotation-rows.ts'
import { insertEpochs, insertRun, markFailed, markPaused, markRunning, writeEngine, writeOutcome } from '../training/run-rows.ts'
import { randomNumbers } from './draw-pictures.ts'
import { checkoutResources } from './studio.ts'

export interface RunsToAdd {
  readonly runs: number
  readonly longRuns: number
  readonly predictedRuns: number
  readonly firstAtMs: number
  readonly lastAtMs: number
}

const runsPerTransaction = 500
const shares = { train: 0.7, validation: 0.15, test: 0.15 }
const longEpochs = 1000
const tags = ['baseline', 'bright light', 'to show', 'keep', 'night photos']
const names = ['All my photos', 'Before the new camera', 'Longer', 'The one in use', 'Small steps']

/** Writes runs with made-up results, oldest first, all on one split of the images labelled now. */
export function addRuns(db: Database, { runs, longRuns, predictedRuns, firstAtMs, lastAtMs }: RunsToAdd): void {
  const split = makeSplit(db, { seed: 1, shares, clock: () => firstAtMs })
  const backbones = readCatalog(checkoutResources)
  const random = randomNumbers(runs)
  for (let first = 0; first < runs; first += runsPerTransaction) {
    db.transaction(() => {
      for (let index = first; index < Math.min(first + runsPerTransaction, runs); index++) {
        const age = runs - 1 - index
        addRun(db, {
          index,
          split,
          backbone: backbones[Math.floor(backbones.length * random())]!,
          epochs: age < longRuns ? longEpochs : 5 + Math.floor(36 * random()),
          isPredicted: age < predictedRuns,
          mayFail: age >= Math.max(longRuns, predictedRuns),
          atMs: Math.round(firstAtMs + ((lastAtMs - firstAtMs) * index) / runs),
          random,
        })
      }
    })()
  }
}

interface RunToAdd {
  /** 0-based, in order of time. */
  readonly index: number
  readonly split: Split
  readonly backbone: CatalogEntry
  readonly epochs: number
  readonly isPredicted: boolean
  readonly mayFail: boolean
  readonly atMs: number
  readonly random: () => number
}

function addRun(db: Database, run: RunToAdd): void {
  const { index, split, backbone, epochs, isPredicted, mayFail, atMs, random } = run
  const id = `r${index.toString(36).padStart(7, '0')}`
  const recipe = Recipe.parse({
    backbone: backbone.id,
    epochs,
    batchSize: 2 ** (3 + Math.floor(4 * random())),
    learningRate: [0.0003, 0.001, 0.003, 0.01][Math.floor(4 * random())],
    optimiser: random() < 0.8 ? 'adam' : 'sgd',
    patience: epochs === longEpochs ? 0 : 8,
    seed: 1 + (index % 50),
    splitSeed: 1,
  })
  const versions = { graft: studioVersion, node: process.versions.node }
  insertRun(db, { id, splitId: split.id, recipe, backboneHash: backbone.networkSha256, versions, createdAtMs: atMs })
  annotate(db, id, index)
  const endedAtMs = atMs + epochs * 60
  markRunning(db, id, atMs + 10)
  const fate = mayFail ? random() : 1
  if (fate < 0.02) return markFailed(db, id, { code: 'TRAINING_DIVERGED', details: { epoch: 2, learningRate: 10 } }, endedAtMs)
  if (fate < 0.04) return void markPaused(db, id, endedAtMs)
  writeEngine(db, id, { training: 'cpu', extraction: 'onnxruntime' }, { ...versions, onnxruntime: '1.30.0' })
  const accuracy = 0.72 + 0.25 * Math.sqrt(random())
  const reports = madeUpEpochs(epochs, accuracy, random)
  insertEpochs(db, id, reports)
  writeOutcome(db, id, {
    state: fate < 0.07 ? 'stopped' : 'finished',
    bestEpoch: 1 + reports.reduce((best, report, at) => (report.validationLoss < reports[best]!.validationLoss ? at : best), 0),
    endedBecause: fate < 0.07 ? 'stopped-by-user' : fate < 0.4 ? 'early-stopped' : 'completed',
    // Only a run that is looked at closely has weights of the true size: ten thousand of them would take half a gigabyte.
    network: null,
    tempering: { state: 'never' },
    head: emptyHead(isPredicted ? backbone.featureDim : 1, split.classes.length),
    ...madeUpAnswers(split, accuracy, random, isPredicted),
    seconds: { features: 0, training: epochs * 0.06, total: epochs * 0.06 + 0.2 },
    endedAtMs,
  })
}

function annotate(db: Database, id: string, index: number): void {
  if (index % 7 !== 0) return
  writeAnnotation(db, id, {
    tags: [tags[index % tags.length]!],
    pinned: index % 1001 === 0,
    ...(index % 21 === 0 ? { name: names[index % names.length]!, notes: `Written about run ${index + 1}.` } : {}),
  })
}

/** Curves that fall steeply, then slowly, with noise; the validation loss rises again in the end. */
function madeUpEpochs(epochs: number, accuracy: number, random: () => number): EpochReport[] {
  const floor = 2 * (1 - accuracy)
  return Array.from({ length: epochs }, (_, at) => {
    const progress = at / Math.max(8, epochs / 4)
    const noise = (): number => 0.02 * (random() - 0.5)
    return {
      epoch: at + 1,
      trainLoss: 0.6 * floor + 1.6 * Math.exp(-2 * progress) + 0.02 + noise(),
      trainAccuracy: Math.min(1, accuracy * (1 - 0.6 * Math.exp(-2 * progress)) + 0.03 + noise()),
      validationLoss: floor + 1.6 * Math.exp(-2 * progress) + 0.02 * progress + noise(),
      validationAccuracy: Math.min(1, accuracy * (1 - 0.6 * Math.exp(-2 * progress)) + noise()),
      durationMs: 50 + 20 * random(),
    }
  })
}

function emptyHead(dim: number, classCount: number): Parameters<typeof writeOutcome>[2]['head'] {
  return { dim, classCount, weights: new Float32Array(dim * classCount), bias: new Float32Array(classCount) }
}

type Answers = Pick<Parameters<typeof writeOutcome>[2], 'validation' | 'test' | 'predictions'>

/** Scores near `accuracy`, and where they are wanted the answers that they are counted from. */
function madeUpAnswers({ classes, members }: SplitPlan, accuracy: number, random: () => number, isPredicted: boolean): Answers {
  const counts = { validation: { right: 0, n: 0 }, test: { right: 0, n: 0 } }
  if (!isPredicted) {
    for (const part of ['validation', 'test'] as const) {
      const n = Math.round(members.length * shares[part])
      counts[part] = { right: Math.round(n * Math.min(1, accuracy + 0.01 * (random() - 0.5))), n }
    }
    return { ...counts, predictions: [] }
  }
  const placeOf = new Map(classes.map(({ id }, place) => [id, place]))
  const predictions: Answers['predictions'][number][] = []
  for (const { imageId, classId, part } of members) {
    if (part === 'train') continue
    const label = placeOf.get(classId)!
    const isRight = random() < accuracy
    // A class is mostly taken for the one after it.
    const predicted = isRight ? label : (label + (random() < 0.6 ? 1 : 1 + Math.floor((classes.length - 1) * random()))) % classes.length
    const sure = 1 / classes.length + (1 - 1 / classes.length) * (isRight ? 0.4 + 0.6 * random() : 0.1 + 0.7 * random())
    const probabilities = new Float32Array(classes.length).fill((1 - sure) / (classes.length - 1))
    probabilities[predicted] = sure
    predictions.push({ imageId, part, probabilities })
    counts[part].n++
    if (isRight) counts[part].right++
  }
  return { ...counts, predictions }
}
