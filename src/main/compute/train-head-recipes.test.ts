import { expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import { plainLearning, type HeadSettings } from '../contract/worker/training-tasks.ts'
import { dropMask } from './drop-features.ts'
import { applyHead } from './head.ts'
import { makeRandom } from './random.ts'
import reference from './reference/recipe-head.json' with { type: 'json' }
import type { LabelledRows } from './softmax-regression.ts'
import { trainHead, type TrainedHead } from './train-head.ts'

const [rows, dim, classCount, steps] = [60, 6, 3, 12]

/** `reference/make_recipe_reference.py` draws the same. */
function drawRows(): LabelledRows {
  const features = new Float32Array(rows * dim)
  const classes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const drawnAs = [0, 0, 0, 1, 1, 2][i % 6]!
    classes[i] = i % 7 === 0 ? (drawnAs + 1) % classCount : drawnAs
    for (let j = 0; j < dim; j++) features[i * dim + j] = Math.sin(i * (12.9898 + 3.7 * j)) + 0.5 * Math.cos(j * (drawnAs + 1))
  }
  return { features, classes }
}

async function trainWith(settings: HeadSettings): Promise<{ trained: TrainedHead; reports: readonly EpochReport[] }> {
  const reports: EpochReport[] = []
  const signals = { signal: new AbortController().signal, stopSignal: new AbortController().signal }
  const task = { dim, classCount, train: drawRows(), validation: drawRows(), settings }
  const trained = await trainHead(task, { ...signals, emit: (report: EpochReport) => void reports.push(report) })
  return { trained, reports }
}

const cases = reference.cases.map(({ settings, ...expected }) => ({
  settings: settings as Pick<HeadSettings, keyof typeof settings>,
  ...expected,
}))

/** Adam makes whole steps of the smallest gradients, which are rounding here and not there. */
const tolerance = { sgd: 1e-6, adam: 5e-5, adamw: 5e-5 }

// All rows in one step: their order, which is drawn by chance, plays no part.
test.each(cases)('a head trained with $settings is the one that Keras trains', async ({ settings, ...expected }) => {
  const { trained, reports } = await trainWith({ ...plainLearning, ...settings, epochs: steps, batchSize: rows, patience: 0, seed: 1 })
  const expectSame = (own: number | undefined, value: number): void =>
    expect(Math.abs((own ?? NaN) - value)).toBeLessThan(tolerance[settings.optimiser])
  for (const [index, loss] of expected.trainLosses.entries()) expectSame(reports[index]?.trainLoss, loss)
  expectSame(reports.at(-1)?.validationLoss, expected.lossAfter)
  expect(trained.bestEpoch).toBe(steps)
  const probabilities = applyHead(trained.head, drawRows().features)
  for (const [index, value] of expected.probabilities.flat().entries()) expectSame(probabilities[index], value)
})

const usual: HeadSettings = { ...plainLearning, epochs: 4, batchSize: 16, learningRate: 0.01, optimiser: 'adam', patience: 0, seed: 3 }
const lossesOf = ({ reports }: { reports: readonly EpochReport[] }) =>
  reports.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])

test('every setting gives the same bits for the same seed, and AdamW without decay those of Adam', async () => {
  const all = { schedule: 'one-cycle', optimiser: 'adamw', weightDecay: 0.1, labelSmoothing: 0.1, classWeights: 'balanced' } as const
  const [first, second] = [await trainWith({ ...usual, ...all }), await trainWith({ ...usual, ...all })]
  expect(second.trained).toEqual(first.trained)
  expect(lossesOf(second)).toEqual(lossesOf(first))
  expect((await trainWith({ ...usual, optimiser: 'adamw' })).trained).toEqual((await trainWith(usual)).trained)
})

test('a schedule goes on with every step, not with every epoch', async () => {
  const [constant, cosine] = [await trainWith({ ...usual, epochs: 1 }), await trainWith({ ...usual, epochs: 1, schedule: 'cosine' })]
  // The first step alone is the same.
  expect(lossesOf(cosine)).not.toEqual(lossesOf(constant))
  const inOneStep = { ...usual, epochs: 1, batchSize: rows }
  expect(lossesOf(await trainWith({ ...inOneStep, schedule: 'cosine' }))).toEqual(lossesOf(await trainWith(inOneStep)))
})

test('a rare class that comes as often as the others is said as often as where it counts as much', async () => {
  const found = async (classWeights: HeadSettings['classWeights']) => {
    const { trained } = await trainWith({ ...usual, epochs: 60, classWeights })
    const { features, classes } = drawRows()
    const probabilities = applyHead(trained.head, features)
    // Mean probability of the rarest class over all rows: a third where all are as frequent, a sixth as they are.
    return Array.from(classes, (_, row) => probabilities[row * classCount + 2]!).reduce((sum, each) => sum + each, 0) / rows
  }
  const [none, balanced, sampled] = [await found('none'), await found('balanced'), await found('sampled')]
  expect(none).toBeLessThan(balanced - 0.05)
  expect(Math.abs(sampled - balanced)).toBeLessThan(0.03)
})

test('features are left out as often as asked for, stay themselves on average, and are the same ones for the same seed', async () => {
  const mask = dropMask(100_000, 0.3, makeRandom(5))
  expect(mask.filter((each) => each === 0).length / mask.length).toBeCloseTo(0.3, 2)
  expect(mask.reduce((sum, each) => sum + each, 0) / mask.length).toBeCloseTo(1, 2)
  const dropped = { ...usual, dropout: 0.5 }
  const [first, second] = [await trainWith(dropped), await trainWith(dropped)]
  expect(second.trained).toEqual(first.trained)
  expect(lossesOf(first)).not.toEqual(lossesOf(await trainWith(usual)))
})
