import { expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import { plainLearning, type HeadSettings } from '../contract/worker/training-tasks.ts'
import { findHeadRate } from './find-head-rate.ts'
import { makeRandom } from './random.ts'
import { suggestRate, sweep, sweepRates } from './rate-sweep.ts'
import type { LabelledRows } from './softmax-regression.ts'
import { trainHead } from './train-head.ts'

/** The loss of one weight on a parabola that is as wide as its curvature says: steps above 2 / curvature lead away from its bottom. */
function parabola(curvature: number): (rate: number) => Promise<number> {
  let weight = 1
  return (rate) => {
    const loss = (curvature * weight * weight) / 2
    weight -= rate * curvature * weight
    return Promise.resolve(loss)
  }
}

test('rates grow by the same factor from a millionth to ten', () => {
  const rates = sweepRates()
  expect([rates.length, rates[0], rates.at(-1)]).toEqual([100, 1e-6, expect.closeTo(10, 9)])
  for (const [step, rate] of rates.entries()) if (step > 0) expect(rate / rates[step - 1]!).toBeCloseTo(10 ** (7 / 99), 9)
})

test.each([0.5, 5, 50, 500])(
  'on a parabola of curvature %d, the suggested rate is below the one that leads away, and not far below',
  async (curvature) => {
    const points = await sweep(parabola(curvature))
    const { rate, by } = suggestRate(points)!
    expect(by).toBe('descent')
    expect(rate).toBeLessThan(2 / curvature)
    expect(rate).toBeGreaterThan(0.02 / curvature)
  },
)

test('a sweep ends once the loss has risen for good or is no number, and a loss that has nothing left to fall is told by where it rises', async () => {
  expect((await sweep(parabola(500))).length).toBeLessThan(100)
  expect(await sweep((rate) => Promise.resolve(rate < 1 ? 1 : NaN))).toHaveLength(85)
  const flat = await sweep((rate) => Promise.resolve(rate < 0.03 ? 0.01 : 0.01 + rate))
  expect(suggestRate(flat)).toEqual({ rate: 0.005, by: 'before-rise' })
  expect(suggestRate(await sweep(() => Promise.resolve(1)))).toBe(null)
})

const [dim, classCount] = [40, 3]
/** Rows around the middle of their class; `spread` times as far apart as the middles. */
function rowsOf(count: number, seed: number, spread = 1.5): LabelledRows {
  const random = makeRandom(seed)
  const middles = makeRandom(99)
  const middle = Float32Array.from({ length: dim * classCount }, () => 2 * middles() - 1)
  const classes = Int32Array.from({ length: count }, (_, row) => row % classCount)
  const features = Float32Array.from({ length: count * dim }, (_, at) => {
    const own = classes[Math.floor(at / dim)]!
    return middle[own * dim + (at % dim)]! + spread * (random() + random() + random() + random() - 2)
  })
  return { features, classes }
}
const usual: HeadSettings = { ...plainLearning, epochs: 12, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 0, seed: 1 }
const signals = () => ({ signal: new AbortController().signal, stopSignal: new AbortController().signal })

/** The lowest validation loss of a head that learns with this rate. */
async function lossWith(learningRate: number, optimiser: HeadSettings['optimiser']): Promise<number> {
  const reports: EpochReport[] = []
  const task = { dim, classCount, train: rowsOf(150, 1), validation: rowsOf(300, 2), settings: { ...usual, learningRate, optimiser } }
  await trainHead(task, { ...signals(), emit: (report) => void reports.push(report) }).catch(() => undefined)
  return Math.min(...reports.map(({ validationLoss }) => validationLoss))
}

test.each(['adam', 'sgd'] as const)(
  'with %s a head trains about as well with the suggested rate as with the best of a grid, and better than with bad ones',
  async (optimiser) => {
    const { suggestion } = await findHeadRate({ dim, classCount, rows: rowsOf(150, 1), rule: { ...usual, optimiser } }, signals().signal)
    const found = await lossWith(suggestion!.rate, optimiser)
    const grid: number[] = []
    for (const rate of [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1]) grid.push(await lossWith(rate, optimiser))
    expect(found).toBeLessThan(Math.min(...grid) + 0.05)
    expect(found).toBeLessThan((await lossWith(1e-5, optimiser)) - 0.2)
    expect(found).toBeLessThan((await lossWith(3, optimiser)) - 0.2)
  },
)

test('the same rows give the same rate, whatever rate is set', async () => {
  const found = (learningRate: number) =>
    findHeadRate({ dim, classCount, rows: rowsOf(60, 3), rule: { ...usual, learningRate } }, signals().signal)
  expect(await found(0.1)).toEqual(await found(1e-6))
})
