import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { drawFolder } from '../../src/main/core/testing/draw-pictures.ts'
import { groupNearDuplicates } from '../../src/main/core/images/near-duplicates.ts'
import { readCompared, readUncompared } from '../../src/main/core/images/look-alike-rows.ts'
import { testStudio, type TestStudio } from '../../src/main/core/testing/studio.ts'

/** What labelling asks of the studio's core, ms, each the median of its rounds. */
export interface CoreTimes {
  /** Which photos have a class: the first page of them, after a label has changed. */
  readonly listMs: number
  /** 5,000 photos, or all where there are fewer, given one class; on the disk. */
  readonly bulkLabelMs: number
  readonly bulkUndoMs: number
  /** One photo more: the whole job of its import, comparison with all others included. */
  readonly addMs: number
  /** All photos compared with all others. */
  readonly duplicatesMs: number
}

export const bulk = 5000
/** Photos that are added one after the other; a single one says too little of a few milliseconds. */
const added = 12

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Measures on `project`, which has at least four classes and is changed: photos are added. `folder`: for what is made on the way. */
export async function coreTimes(project: string, folder: string, rounds: number): Promise<CoreTimes> {
  mkdirSync(folder, { recursive: true })
  const studio = await testStudio({ folder })
  try {
    await studio.client.project.open({ path: project })
    const bulkTimes = await labelMany(studio, rounds)
    const listMs = await filterTime(studio, rounds)
    return { listMs, ...bulkTimes, addMs: await addTime(studio, folder), duplicatesMs: await duplicatesTime(studio, rounds) }
  } finally {
    await studio.close()
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

async function labelMany({ client }: TestStudio, rounds: number): Promise<Pick<CoreTimes, 'bulkLabelMs' | 'bulkUndoMs'>> {
  const classes = await client.classes.list()
  const hashes = await client.images.hashes({ filter: {}, offset: 0, limit: bulk })
  const given: number[] = []
  const undone: number[] = []
  for (let round = 0; round < rounds; round++) {
    const classId = classes[round % classes.length]?.id ?? null
    given.push(await timed(() => client.labels.set({ hashes, classId })))
    undone.push(await timed(() => client.history.undo()))
  }
  return { bulkLabelMs: median(given), bulkUndoMs: median(undone) }
}

async function filterTime({ client }: TestStudio, rounds: number): Promise<number> {
  const [hash] = await client.images.hashes({ filter: {}, offset: 0, limit: 1 })
  const classes = await client.classes.list()
  const filters: number[] = []
  for (let round = 0; round < rounds; round++)
    for (const { id } of classes.slice(0, 4)) {
      // Whatever is remembered between two pages of one list is worth nothing any more.
      await client.labels.set({ hashes: hash === undefined ? [] : [hash], classId: id })
      filters.push(await timed(() => client.images.list({ filter: { class: id }, offset: 0, limit: 200 })))
    }
  return median(filters)
}

async function addTime(studio: TestStudio, folder: string): Promise<number> {
  const pictures = await drawFolder(join(folder, `drawn-${Date.now()}`), {
    perClass: added,
    classes: ['circle'],
    firstSeed: Date.now() % 1e6,
  })
  const adding: number[] = []
  for (const picture of pictures)
    adding.push(
      await timed(async () => {
        const { jobId } = await studio.client.images.import({ paths: [picture], labelFromFolders: false, backbone: null })
        await studio.result(jobId, 'import')
      }),
    )
  // The first one starts the worker.
  return median(adding.slice(1))
}

async function duplicatesTime(studio: TestStudio, rounds: number): Promise<number> {
  const { db } = studio.context.project()
  const all = [...readCompared(db, 0), ...readUncompared(db, 0)].map((image) => ({ ...image, groupId: null }))
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await timed(() => groupNearDuplicates([], all)))
  return median(times)
}
