import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import { plainLearning, type HeadSettings } from '../contract/worker/training-tasks.ts'
import { drawRows } from './draw-rows-for-tests.ts'
import { applyHead } from './head.ts'
import { makeOptimiser } from './optimiser.ts'
import { makeRandom, shuffle } from './random.ts'
import reference from './reference/head.json' with { type: 'json' }
import { judge, meanGradient, type LabelledRows } from './softmax-regression.ts'
import { foldScale, measureScale, standardise } from './standardise.ts'
import { trainHead, type HeadTask, type TrainedHead } from './train-head.ts'

const settings: HeadSettings = { ...plainLearning, epochs: 12, batchSize: 16, learningRate: 0.01, optimiser: 'adam', patience: 0, seed: 3 }
const makeTask = (changed: Partial<HeadSettings> = {}): HeadTask => ({
  dim: 6,
  classCount: 3,
  train: drawRows(90, 6, 3),
  validation: drawRows(30, 6, 3),
  settings: { ...settings, ...changed },
})

interface Watched {
  readonly trained: TrainedHead
  readonly reports: readonly EpochReport[]
}
async function watch(
  task: HeadTask,
  onEpoch: (report: EpochReport, stop: AbortController, cancel: AbortController) => void = () => undefined,
): Promise<Watched> {
  const [stop, cancel] = [new AbortController(), new AbortController()]
  const reports: EpochReport[] = []
  const emit = (report: EpochReport): void => {
    reports.push(report)
    onEpoch(report, stop, cancel)
  }
  return { trained: await trainHead(task, { signal: cancel.signal, stopSignal: stop.signal, emit }), reports }
}

describe('the arithmetic of training', () => {
  test('the gradient is the one that torch computes', () => {
    const { rows: count, dim, classes, loss, matrix, bias } = reference.gradient
    const parameters = new Float32Array(classes * (dim + 1))
    for (let c = 0; c < classes; c++) {
      for (let j = 0; j < dim; j++) parameters[c * dim + j] = Math.cos(3 * c + j)
      parameters[classes * dim + c] = 0.1 * c
    }
    const order = Int32Array.from({ length: count }, (_, i) => i)
    const gradient = new Float32Array(parameters.length)
    const tally = { loss: 0, right: 0 }
    const memory = { gradient, probabilities: new Float64Array(count * classes) }
    meanGradient(drawRows(count, dim, classes), order, [0, count], parameters, classes, memory, tally)
    expect(tally.loss / count).toBeCloseTo(loss, 6)
    for (const [index, value] of [...matrix.flat(), ...bias].entries()) expect(gradient[index]).toBeCloseTo(value, 6)
  })

  test('the gradient is the slope of the loss', () => {
    const rows = drawRows(21, 7, 4)
    const parameters = Float32Array.from({ length: 4 * 8 }, (_, i) => Math.sin(i * 1.7))
    const gradient = new Float32Array(parameters.length)
    const order = Int32Array.from({ length: 21 }, (_, i) => i)
    const memory = { gradient, probabilities: new Float64Array(21 * 4) }
    meanGradient(rows, order, [0, 21], parameters, 4, memory, { loss: 0, right: 0 })
    const lossAt = (index: number, by: number): number => {
      const moved = parameters.slice()
      moved[index] = moved[index]! + by
      return judge(rows, moved, 4).loss / 21
    }
    for (let index = 0; index < parameters.length; index++) {
      expect(gradient[index]).toBeCloseTo((lossAt(index, 0.01) - lossAt(index, -0.01)) / 0.02, 4)
    }
  })

  test.each(reference.steps)('the steps of $optimiser are those of torch', ({ optimiser, learningRate, parameters: expected }) => {
    const parameters = Float32Array.from([0.5, -1.25, 2, 0])
    const step = makeOptimiser({ optimiser: optimiser as 'adam' | 'sgd', learningRate, weightDecay: 0 }, 4)
    expected.forEach((values, index) => {
      step(
        parameters,
        Float32Array.from({ length: 4 }, (_, k) => Math.sin(index + 1 + k) * (k + 1)),
      )
      values.forEach((value, k) => expect(parameters[k]).toBeCloseTo(value, 5))
    })
  })

  property.prop([fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 9 }), fc.nat(1000)])(
    'a head for plain features answers as its weights do for standardised ones',
    (classCount, dim, seed) => {
      const random = makeRandom(seed)
      const plain = Float32Array.from({ length: dim * 6 }, () => random() * 6)
      const scale = measureScale(plain, dim)
      const standard = plain.slice()
      standardise(standard, scale)
      const parameters = Float32Array.from({ length: classCount * (dim + 1) }, () => random() - 0.5)
      const probabilities = applyHead(foldScale(parameters, classCount, scale), plain)
      const unscaled = { means: new Float64Array(dim), deviation: 1 }
      const expected = applyHead(foldScale(parameters, classCount, unscaled), standard)
      for (const [index, value] of probabilities.entries()) expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-5)
    },
  )

  property.prop([fc.nat(), fc.integer({ min: 0, max: 60 })])(
    'a shuffle loses nothing and is the same for the same seed',
    (seed, length) => {
      const values = Int32Array.from({ length }, (_, i) => i)
      const again = values.slice()
      shuffle(values, makeRandom(seed))
      shuffle(again, makeRandom(seed))
      expect(values).toEqual(again)
      expect(values.toSorted()).toEqual(Int32Array.from({ length }, (_, i) => i))
    },
  )
})

describe('training a head', () => {
  test('arrives where the logistic regression of scikit-learn does', async () => {
    const rows = drawRows(90, 6, 3)
    const task: HeadTask = {
      dim: 6,
      classCount: 3,
      train: { ...rows, features: rows.features.slice() },
      validation: { ...rows, features: rows.features.slice() },
      settings: { ...settings, epochs: 3000, batchSize: 90, optimiser: 'sgd', learningRate: 1 },
    }
    const { trained, reports } = await watch(task)
    expect(Math.min(...reports.map(({ validationLoss }) => validationLoss))).toBeCloseTo(reference.regression.loss, 5)
    const probabilities = applyHead(trained.head, rows.features)
    for (const [index, value] of reference.regression.probabilities.flat().entries()) {
      expect(Math.abs(probabilities[index]! - value)).toBeLessThan(2e-3)
    }
  })

  test('where one class is far more frequent, is right more often than by always saying that one', async () => {
    const count = 98
    const random = makeRandom(5)
    // 94 against 4, told apart by two of sixty noisy features.
    const draw = (): LabelledRows => {
      const classes = Int32Array.from({ length: count }, (_, row) => (row < 94 ? 0 : 1))
      const features = Float32Array.from({ length: count * 60 }, (_, at) => {
        const sign = classes[Math.floor(at / 60)] === 1 ? 1 : -1
        return random() - 0.5 + (at % 60 < 2 ? 1.2 * sign : 0)
      })
      return { features, classes }
    }
    const task: HeadTask = {
      dim: 60,
      classCount: 2,
      train: draw(),
      validation: draw(),
      settings: { ...settings, epochs: 30, learningRate: 0.001, patience: 8 },
    }
    const { trained, reports } = await watch(task)
    const kept = reports[trained.bestEpoch - 1]!
    expect(reports[0]!.validationAccuracy).toBeGreaterThanOrEqual(94 / 98)
    expect(kept.validationAccuracy).toBeGreaterThan(94 / 98)
    // The loss of whoever knows only how frequent the classes are.
    const [often, rarely] = [94 / 98, 4 / 98]
    expect(kept.validationLoss).toBeLessThan(-often * Math.log(often) - rarely * Math.log(rarely))
  })

  test('gives the same bits for the same seed, and others for another', async () => {
    const [first, second, other] = await Promise.all([watch(makeTask()), watch(makeTask()), watch(makeTask({ seed: 4 }))])
    expect(second.trained).toEqual(first.trained)
    const losses = ({ reports }: Watched): unknown => reports.map(({ durationMs: _, ...report }) => report)
    expect(losses(second)).toEqual(losses(first))
    expect(other.trained.head.weights).not.toEqual(first.trained.head.weights)
  })

  test('keeps the weights of the epoch with the lowest validation loss', async () => {
    const { trained, reports } = await watch(makeTask({ epochs: 60, learningRate: 0.3, batchSize: 4 }))
    const losses = reports.map(({ validationLoss }) => validationLoss)
    expect(trained.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1)
    const validation = drawRows(30, 6, 3)
    const probabilities = applyHead(trained.head, validation.features)
    const loss = validation.classes.reduce((sum, label, row) => sum - Math.log(probabilities[row * 3 + label]!), 0) / 30
    expect(loss).toBeCloseTo(Math.min(...losses), 4)
  })

  test('ends early once the validation loss has not improved for as long as the patience says', async () => {
    const { trained, reports } = await watch(makeTask({ epochs: 1000, learningRate: 0.3, batchSize: 4, patience: 5 }))
    expect(trained.endedBecause).toBe('early-stopped')
    expect(reports.length).toBe(trained.bestEpoch + 5)
  })

  test('reports epochs in order and completes', async () => {
    const { trained, reports } = await watch(makeTask({ optimiser: 'sgd' }))
    expect(trained.endedBecause).toBe('completed')
    expect(reports.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect(reports.at(-1)!.trainLoss).toBeLessThan(reports[0]!.trainLoss)
    expect(
      reports.every(
        ({ trainAccuracy, validationAccuracy }) =>
          Math.min(trainAccuracy, validationAccuracy) >= 0 && Math.max(trainAccuracy, validationAccuracy) <= 1,
      ),
    ).toBe(true)
  })

  test('stopped, ends after the current epoch with the best one', async () => {
    const { trained, reports } = await watch(makeTask({ epochs: 1000 }), ({ epoch }, stop) => (epoch === 3 ? stop.abort() : undefined))
    expect(trained.endedBecause).toBe('stopped-by-user')
    expect(reports.length).toBe(3)
  })

  test('cancelled, ends with the reason and without a result', async () => {
    const running = watch(makeTask({ epochs: 1000 }), ({ epoch }, _, cancel) =>
      epoch === 2 ? cancel.abort(new Error('cancelled')) : undefined,
    )
    await expect(running).rejects.toThrow('cancelled')
  })

  test('whose loss is no number any more ends with the epoch and the learning rate', async () => {
    const task = makeTask({ learningRate: 0.5 })
    task.validation.features.fill(3.4e38)
    await expect(watch(task)).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', details: { epoch: 1, learningRate: 0.5 } })
  })

  test('lets other work of the process have its turn', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await watch({ ...makeTask({ epochs: 200 }), train: drawRows(3000, 6, 3) })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })

  test('is not hurt by a feature that never changes', async () => {
    const task = makeTask()
    for (let row = 0; row < 90; row++) task.train.features[row * 6] = 1
    for (let row = 0; row < 30; row++) task.validation.features[row * 6] = row % 2
    const { trained } = await watch(task)
    expect(trained.head.weights.every(Number.isFinite)).toBe(true)
    expect([...trained.head.weights.subarray(0, 3)]).toEqual([0, 0, 0])
  })
})
