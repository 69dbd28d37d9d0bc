import { existsSync } from 'node:fs'
import { penaltyOfOne } from '../../src/main/compute/confidence.ts'
import { fitSoftmax } from '../../src/main/compute/fit-softmax.ts'
import { followCurves } from '../../src/main/compute/learning-curve/follow-curves.ts'
import { simulateClasses } from '../../src/main/compute/learning-curve/simulated-classes-for-tests.ts'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { judge, type LabelledRows } from '../../src/main/compute/softmax-regression.ts'
import { measureScale, standardise } from '../../src/main/compute/standardise.ts'
import { photoSets } from '../photo-folder.ts'
import { readSet, type LabelledSet } from './labelled-set.ts'
import type { Row } from './measurements.ts'

const more = 20
const signal = new AbortController().signal
/** As many as the studio takes. */
const reducedTo = 64
/** Others than those that the width of the intervals was found on. */
const firstWorld = 10_001
const worlds = 200
const sizes = [15, 25, 40, 60]

interface Forecast {
  readonly gain: number
  readonly low: number
  readonly high: number
  /** What the photos did bring. */
  readonly brought: number
}

/** Photos of a set that a project has, each class so many, against the same set with more. */
const parts = [
  { name: 'waste', photos: 15, seeds: 8 },
  { name: 'waste', photos: 25, seeds: 8 },
  { name: 'cats-dogs', photos: 15, seeds: 12 },
  { name: 'cats-dogs', photos: 40, seeds: 12 },
]

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
const points = (share: number): string => (100 * share).toFixed(1)

async function simulate(): Promise<readonly Row[]> {
  const found: (Forecast & { readonly size: number })[] = []
  for (let world = 0; world < worlds; world++) {
    const size = sizes[world % sizes.length] as number
    const simulated = simulateClasses(firstWorld + world)
    const counts = Array.from({ length: simulated.classCount }, () => size)
    const data = simulated.draw(counts)
    const { classes } = await follow(data, counts, simulated.dim, simulated.classCount, world)
    const own = classes.find(({ classIndex }) => classIndex === 0)
    if (own === undefined) continue
    found.push({ ...own, size, brought: await simulated.bring(data, more) })
  }
  const row = (what: string, some: readonly Forecast[]): Row => ({
    what: `${what}: gain in points, forecast / what the photos brought`,
    graft: points(mean(some.map(({ gain }) => gain))),
    other: points(mean(some.map(({ brought }) => brought))),
    ratio: `${points(mean(some.map(({ low, high, brought }) => (low <= brought && brought <= high ? 1 : 0))))} % of intervals hold it`,
    wanted: '93 to 97 %',
  })
  return [
    ...sizes.map((size) =>
      row(
        `simulated, ${size} photos of each of 4 classes and 20 more of one`,
        found.filter((each) => each.size === size),
      ),
    ),
    row(`simulated, all ${found.length}`, found),
  ]
}

function follow(data: LabelledRows, unitsOfClass: readonly number[], width: number, classCount: number, seed: number) {
  const photos = Array.from(data.classes, (_, row) => ({ hash: String(row).padStart(6, '0') }))
  return followCurves({ data: { ...data, dim: width, classCount }, photos, unitsOfClass, more, seed, signal }, () => undefined)
}

/** What a part of a set forecasts, and what the photos that were held back bring when they come: the gain on the photos after them. */
async function realPart(set: LabelledSet, photos: number, seed: number): Promise<readonly Forecast[]> {
  const random = makeRandom(seed)
  const ofClass = Array.from({ length: set.classCount }, (_, classIndex) => {
    const rows = Int32Array.from(set.labels.keys()).filter((row) => set.labels[row] === classIndex)
    shuffle(rows, random)
    return [...rows]
  })
  const base = ofClass.flatMap((rows) => rows.slice(0, photos))
  const scale = measureScale(pick(set, base).features, set.dim)
  const scaled = (rows: readonly number[]): LabelledRows => {
    const picked = pick(set, rows)
    standardise(picked.features, scale)
    return picked
  }
  const data = scaled(base)
  const { classes } = await follow(
    data,
    ofClass.map(() => photos),
    set.dim,
    set.classCount,
    seed,
  )
  const before = await fit(data, set.classCount)
  const forecasts: Forecast[] = []
  for (const { classIndex, gain, low, high } of classes) {
    const own = ofClass[classIndex] as number[]
    const after = await fit(scaled([...base, ...own.slice(photos, photos + more)]), set.classCount)
    const others = scaled(own.slice(photos + more))
    const rightBy = (head: typeof before): number => judge(others, head, set.classCount).right / others.classes.length
    forecasts.push({ gain, low, high, brought: rightBy(after) - rightBy(before) })
  }
  return forecasts
}

function fit(rows: LabelledRows, classCount: number) {
  return fitSoftmax(
    rows,
    { dim: rows.features.length / rows.classes.length, classCount, penalty: penaltyOfOne / rows.classes.length },
    signal,
  )
}

function pick({ dim, features: all, labels }: LabelledSet, rows: readonly number[]): LabelledRows {
  const features = new Float32Array(rows.length * dim)
  for (const [at, row] of rows.entries()) features.set(all.subarray(row * dim, (row + 1) * dim), at * dim)
  return { features, classes: Int32Array.from(rows, (row) => labels[row] as number) }
}

/** Forecasts of what more photos bring, beside what they did bring. The numbers do not depend on the machine. */
export async function morePhotos(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos are not at ${photoSets}`)
  const rows = [...(await simulate())]
  for (const { name, photos, seeds } of parts) {
    const set = await readSet(name, reducedTo)
    const found: Forecast[] = []
    for (let seed = 1; seed <= seeds; seed++) found.push(...(await realPart(set, photos, seed)))
    const off = Math.abs(mean(found.map(({ gain }) => gain)) - mean(found.map(({ brought }) => brought)))
    rows.push({
      what: `${name}, ${photos} photos a class and ${more} more of one, ${found.length} forecasts: gain in points, forecast / what the photos brought`,
      graft: points(mean(found.map(({ gain }) => gain))),
      other: points(mean(found.map(({ brought }) => brought))),
      ratio: `${points(off)} points off`,
      wanted: 'close',
    })
  }
  return rows
}
