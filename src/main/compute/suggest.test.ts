import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noClass, type SuggestInput } from '../contract/worker/suggest-task.ts'
import { fitHead, findTemperature } from './confidence.ts'
import { FeatureFile } from './feature-file.ts'
import { applyHead } from './head.ts'
import { LeastSure } from './least-sure.ts'
import { makeRandom } from './random.ts'
import { suggestClasses } from './suggest.ts'
import { Turns } from './turns.ts'
import { orderByUse } from './useful-order.ts'
import { reasonsFor, toUnitRows } from './use-reasons.ts'

const dim = 12
const never = new AbortController().signal
const hashOf = (index: number): string => index.toString(16).padStart(64, '0')
/** Around the point of its class, with some noise. */
function drawFeatures(index: number, classIndex: number, noise = 0.6): Float32Array {
  const random = makeRandom(index + 1)
  return Float32Array.from({ length: dim }, (_, j) => (j % 3 === classIndex ? 2 : 0) + noise * (random() + random() + random() - 1.5) * 2)
}
let folder: string
let file: FeatureFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-suggest-'))
  file = FeatureFile.open(join(folder, 'some.features'), dim)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** `count` photos of three classes in turn, of which the first `labelled` are labelled. */
function asked(count: number, labelled: number, more: Partial<SuggestInput> = {}): SuggestInput {
  return {
    cache: { path: file.path, dim },
    classCount: 3,
    labelled: Array.from({ length: labelled }, (_, index) => ({ hash: hashOf(index), classIndex: index % 3, groupId: null })),
    unlabelled: new Uint8Array(Buffer.from(Array.from({ length: count - labelled }, (_, at) => hashOf(labelled + at)).join(''), 'hex')),
    useful: 10,
    seed: 1,
    ...more,
  }
}
function fill(count: number, without: readonly number[] = []): void {
  const all = Array.from({ length: count }, (_, index) => index).filter((index) => !without.includes(index))
  file.append(all.map((index) => ({ hash: hashOf(index), features: drawFeatures(index, index % 3) })))
}
const quiet = { signal: never, emit: () => undefined }

describe('suggestions', () => {
  test('are right about photos that are like the labelled ones, the surest first, each photo once', async () => {
    fill(200)
    const answers = (await suggestClasses(file, asked(200, 12), quiet))!
    const right = [...answers.best].filter((best, place) => best === (12 + place) % 3)
    expect(right.length).toBeGreaterThan(180)
    expect([...answers.order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 188 }, (_, place) => place))
    const sureness = Array.from(answers.order, (place) => answers.confidence[place]!)
    expect(sureness).toEqual(sureness.toSorted((a, b) => b - a))
    for (const place of answers.order) expect(answers.secondConfidence[place]).toBeLessThanOrEqual(answers.confidence[place]!)
    expect(new Set(answers.useful.map(({ place }) => place)).size).toBe(10)
  })

  test('leave out photos that no network has looked at, and count them', async () => {
    fill(60, [2, 20, 59])
    const answers = (await suggestClasses(file, asked(60, 12), quiet))!
    expect(answers.withoutFeatures).toBe(2)
    expect([answers.best[8], answers.best[47]]).toEqual([noClass, noClass])
    expect(answers.order).toHaveLength(46)
    expect(answers.useful.every(({ place }) => place !== 8 && place !== 47)).toBe(true)
  })

  test('are none where fewer than two classes have photos that were looked at', async () => {
    fill(20, [1, 2, 4, 5, 7, 8, 10, 11])
    expect(await suggestClasses(file, asked(20, 12), quiet)).toBeNull()
  })

  test('are the same for the same input, and another order of use for another seed', async () => {
    fill(120)
    const [one, same, other] = [asked(120, 9), asked(120, 9), asked(120, 9, { seed: 2 })]
    const answers = await suggestClasses(file, one, quiet)
    expect(await suggestClasses(file, same, quiet)).toEqual(answers)
    const others = await suggestClasses(file, other, quiet)
    expect(others?.confidence).toEqual(answers?.confidence)
    expect(others?.useful.map(({ place }) => place)).not.toEqual(answers?.useful.map(({ place }) => place))
  })

  test('of no photos are none', async () => {
    fill(12)
    expect(await suggestClasses(file, asked(12, 12), quiet)).toMatchObject({ useful: [], withoutFeatures: 0 })
  })

  test('end when they are cancelled, also in the middle of the photos', async () => {
    fill(5000)
    const abort = new AbortController()
    const seen: number[] = []
    const emit = ({ done }: { done: number }): void => {
      seen.push(done)
      if (done > 0) abort.abort(new Error('enough'))
    }
    await expect(suggestClasses(file, asked(5000, 12), { signal: abort.signal, emit })).rejects.toThrow('enough')
    expect(seen.length).toBe(2)
  })
})

describe('confidence', () => {
  /** Rows of which `wrong` of 1 have a label drawn by chance. */
  function rows(count: number, wrong: number) {
    const random = makeRandom(3)
    const features = new Float32Array(count * dim)
    const classes = new Int32Array(count)
    for (let index = 0; index < count; index++) {
      features.set(drawFeatures(index, index % 3), index * dim)
      classes[index] = random() < wrong ? Math.floor(random() * 3) : index % 3
    }
    return { features, classes }
  }
  const photosOf = (count: number, groupId: number | null = null) =>
    Array.from({ length: count }, (_, index) => ({ hash: `${index}`.padStart(3, '0'), groupId }))

  test('is taken away where labels contradict each other, and left where they do not', async () => {
    const shape = { dim, classCount: 3 }
    expect(await findTemperature(rows(90, 0), photosOf(90), shape, never)).toBeLessThan(1.2)
    expect(await findTemperature(rows(90, 0.5), photosOf(90), shape, never)).toBeGreaterThan(1.4)
  })

  test('is judged on no photo that looks nearly the same as one that was learned from', async () => {
    const shape = { dim, classCount: 3 }
    // Every photo is there four times, with labels drawn by chance: who has seen one of them is right about the others.
    const [once, copies] = [rows(24, 1), 4]
    const all = {
      features: Float32Array.from(Array.from({ length: copies }, () => [...once.features]).flat()),
      classes: Int32Array.from(Array.from({ length: copies }, () => [...once.classes]).flat()),
    }
    const photos = photosOf(24 * copies)
    const grouped = photos.map((photo, row) => ({ ...photo, groupId: row % 24 }))
    const [fooled, honest] = [await findTemperature(all, photos, shape, never), await findTemperature(all, grouped, shape, never)]
    expect(honest).toBeGreaterThan(1.5 * fooled)
  })

  test('is not lost where a class was recorded in one take, which no head of other folds has seen', async () => {
    const shape = { dim, classCount: 3 }
    const eachOneTake = photosOf(60).map((photo, row) => ({ ...photo, groupId: row % 3 }))
    const oneInOneTake = photosOf(60).map((photo, row) => ({ ...photo, groupId: row % 3 === 0 ? 0 : null }))
    for (const photos of [eachOneTake, oneInOneTake]) {
      expect(await findTemperature(rows(60, 0), photos, shape, never)).toBeLessThan(1.2)
      // Labels by chance contradict each other within takes too.
      const takes = photos.map((photo, row) => (photo.groupId === null ? photo : { ...photo, groupId: rows(60, 0.7).classes[row] ?? 0 }))
      expect(await findTemperature(rows(60, 0.7), takes, shape, never)).toBeGreaterThan(1.4)
    }
  })

  test('of photos with suggestions lets them be ticked where each class was recorded in one take', async () => {
    fill(200)
    const labelled = asked(200, 60).labelled.map((photo) => ({ ...photo, groupId: photo.classIndex }))
    const answers = (await suggestClasses(file, asked(200, 60, { labelled }), quiet))!
    expect(answers.confidence.filter((each) => each > 0.9).length).toBeGreaterThan(100)
  })

  test('leaves the rows as they are, which the head standardises', async () => {
    const some = rows(30, 0)
    const before = some.features.slice()
    await findTemperature(some, photosOf(30), { dim, classCount: 3 }, never)
    expect(some.features).toEqual(before)
    const head = await fitHead(some, { dim, classCount: 3 }, never)
    const answers = applyHead(head, before)
    for (let row = 0; row < 30; row++) expect(answers[row * 3 + (row % 3)]).toBeGreaterThan(0.5)
  })
})

describe('what teaches most', () => {
  property.prop([fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), fc.nat(99)])(
    'is an order in which no photo comes twice, as long as was asked for',
    async (total, count, seed) => {
      const random = makeRandom(seed)
      const probabilities = new Float32Array(total * 2)
      // Every other photo is certain: nothing is to be learned from them, so that one stands for all, and the others come last.
      for (let i = 0; i < total; i++) probabilities.set(i % 2 === 0 ? [1, 0] : [0.5, 0.5], i * 2)
      const features = Float32Array.from({ length: total * 3 }, () => random() - 0.5)
      const order = await orderByUse({ features, probabilities, dim: 3, classCount: 2 }, count, random, new Turns(never))
      expect(order).toHaveLength(Math.min(count, total))
      expect(new Set(order).size).toBe(order.length)
      const lastUnsure = order.findLastIndex((row) => row % 2 === 1)
      expect(order.slice(0, lastUnsure + 1).filter((row) => row % 2 === 0).length).toBeLessThanOrEqual(1)
    },
  )

  property.prop([fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 50 })])(
    'keeps as many candidates as there is room for',
    (room, offered) => {
      const least = new LeastSure(room, makeRandom(1))
      for (let place = 0; place < offered; place++) least.offer(place, place % 2)
      const kept = least.places()
      expect(kept).toHaveLength(Math.min(room, offered))
      expect(new Set(kept).size).toBe(kept.length)
      // One without any doubt is kept only where there is room beside those with some.
      if (kept.some((place) => place % 2 === 0)) expect(kept.filter((place) => place % 2 === 1)).toHaveLength(Math.floor(offered / 2))
    },
  )

  test('comes with the reason: between two classes, many like it, unlike all, unsure, or sure all the same', async () => {
    const means = new Float64Array(2)
    const at = (degrees: number, count = 1) =>
      Array.from({ length: count }, (_, i) => [
        Math.cos(((degrees + i * 0.9) * Math.PI) / 180),
        Math.sin(((degrees + i * 0.9) * Math.PI) / 180),
      ]).flat()
    const units = (...values: number[][]) => toUnitRows(Float32Array.from(values.flat()), means)
    const reasons = await reasonsFor(
      {
        dim: 2,
        classCount: 3,
        labelled: units(at(0), at(20)),
        // Most are near the labelled ones, some are together elsewhere, one is alone.
        sample: units(at(2, 60), at(110, 12), at(250)),
        chosen: units(at(10), at(115), at(252), at(20), at(20)),
        probabilities: Float32Array.from([0.5, 0.45, 0.05, 0.9, 0.05, 0.05, 0.9, 0.05, 0.05, 0.4, 0.35, 0.25, 0.97, 0.02, 0.01]),
      },
      new Turns(never),
    )
    expect(reasons).toEqual([
      { kind: 'between', first: 0, second: 1 },
      { kind: 'many', share: expect.closeTo(10 / 73, 5) as number },
      { kind: 'unlike' },
      { kind: 'unsure' },
      { kind: 'sure' },
    ])
  })
})
