import { describe, expect, test } from 'vitest'
import { Recipe } from '../../contract/runs.ts'
import { makeRandom } from '../../compute/random.ts'
import type { CurvePoint, Evidence } from './evidence.ts'
import { measureCurve, roughnessOf } from './measure-curve.ts'

const point = (epoch: number, changes: Partial<CurvePoint> = {}): CurvePoint => ({
  epoch,
  ...{ trainLoss: 1 / epoch, trainAccuracy: 0.9, validationLoss: 1 / epoch, validationAccuracy: 0.8 },
  ...changes,
})

const evidence = (epochs: readonly CurvePoint[], recipe: Partial<Recipe> = {}, train: readonly number[] = [40, 40]): Evidence => ({
  epochs,
  recipe: Recipe.parse({ backbone: 'efficientnet-lite0', ...recipe }),
  ended: 'completed',
  classes: train.map((count, index) => ({ id: index + 1, name: `class ${index}`, train: count, validation: 10, test: 10 })),
  ...{ confusion: null, labelCheck: null, lookAlikes: { sure: 0, perhaps: 0 } },
})

/** Validation falls to epoch 6 and rises after it, training falls on. */
const parting = (factor = 1): CurvePoint[] =>
  Array.from({ length: 20 }, (_, index) =>
    point(index + 1, { trainLoss: factor / (index + 1), validationLoss: 0.5 + 0.05 * Math.abs(index - 5) }),
  )

describe('where training and validation part', () => {
  test('is the last epoch in which both got better, with how far validation has risen since', () => {
    // From 0.55, the median of the lowest epoch and those beside it, to 1.2.
    expect(measureCurve(evidence(parting())).parting).toEqual({ epoch: 6, risen: expect.closeTo(1.2 / 0.55 - 1, 6) })
  })
  test('is the same whatever scale the training loss has: smoothed labels and weighted classes change it', () => {
    const plain = measureCurve(evidence(parting())).parting
    expect(measureCurve(evidence(parting(7))).parting).toEqual(plain)
    expect(measureCurve(evidence(parting(), { labelSmoothing: 0.2, classWeights: 'balanced' })).parting).toEqual(plain)
  })
  test('is nowhere while validation falls, where training does not get better either, and for one epoch that leaps up', () => {
    expect(measureCurve(evidence([1, 2, 3, 4, 5, 6].map((each) => point(each)))).parting).toBeNull()
    expect(measureCurve(evidence(parting().map((each) => ({ ...each, trainLoss: 1 })))).parting).toBeNull()
    const leap = [1, 2, 3, 4, 5, 6, 7, 8].map((each) => point(each, each === 5 ? { validationLoss: 9 } : {}))
    expect(measureCurve(evidence(leap)).parting).toBeNull()
  })
})

describe('the level of a loss', () => {
  test('is 1 for always answering the shares of the classes', () => {
    // Of 30 and 10 photos: -(3/4 ln 3/4 + 1/4 ln 1/4) = 0.56233514...
    const curve = evidence([point(1, { validationLoss: 0.5623351446188083 })], {}, [30, 10])
    expect(measureCurve(curve).validationLevel).toBeCloseTo(1, 12)
  })
  test('is 0 for the least that smoothed labels can come to, and 1 for guessing', () => {
    // Two classes, smoothing 0.2: the answer aimed at is 0.9 and 0.1, whose entropy is 0.32508297...
    const at = (trainLoss: number): number => measureCurve(evidence([point(1, { trainLoss })], { labelSmoothing: 0.2 })).trainLevel
    expect(at(0.3250829733914482)).toBeCloseTo(0, 12)
    expect(at(Math.LN2)).toBeCloseTo(1, 12)
  })
})

describe('how rough a curve is', () => {
  test('is the standard deviation of what scatters about a straight course, in points', () => {
    const random = makeRandom(1)
    // Irwin-Hall: twelve uniform numbers have a variance of 1.
    const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6)
    const scattered = Array.from({ length: 4000 }, (_, index) =>
      point(index + 1, { validationAccuracy: 0.1 + 0.0002 * index + 0.03 * normal() }),
    )
    expect(roughnessOf(scattered)).toBeGreaterThan(2.85)
    expect(roughnessOf(scattered)).toBeLessThan(3.15)
  })
  test('is nothing for a straight course, and unknown for few epochs', () => {
    expect(roughnessOf(Array.from({ length: 8 }, (_, index) => point(index + 1, { validationAccuracy: 0.1 * index })))).toBeCloseTo(0, 9)
    expect(roughnessOf([1, 2, 3, 4, 5].map((each) => point(each)))).toBeNull()
  })
})
