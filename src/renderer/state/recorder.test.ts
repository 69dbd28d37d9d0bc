import { beforeEach, expect, test, vi } from 'vitest'
import { StudioError, toWireError } from '../../main/contract/errors.ts'
import type { Job } from '../../main/contract/jobs.ts'
import { Recorder, type RecorderDoors } from './recorder.svelte.ts'

const cat = { id: 7, name: 'cat' }
let held: string[]
let added: { paths: readonly string[]; classId: number; asOne: boolean }[]
let trashed: string[][]
let holds: () => Promise<void>
let ends: () => Promise<Job['state']>
let picture: () => string
let recorder: Recorder
const saved: Job['state'] = { state: 'succeeded', result: { kind: 'empty-trash', images: 0, kept: 0 } }

beforeEach(() => {
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:', revokeObjectURL: () => undefined }))
  held = []
  added = []
  trashed = []
  let frames = 0
  picture = () => `frame ${++frames}`
  holds = () => Promise.resolve()
  ends = () => Promise.resolve(saved)
  const images = {
    hold: async ({ name, base64 }: { name: string; base64: string }) => {
      await holds()
      held.push(atob(base64))
      return { path: `/held/${name}` }
    },
    addToClass: (order: (typeof added)[number]) => {
      added.push(order)
      return Promise.resolve({ jobId: 'job' })
    },
  }
  const doors: RecorderDoors = {
    // Of all that the studio answers these two are asked.
    client: { images } as unknown as RecorderDoors['client'],
    finished: async (jobId) => ({ id: jobId, kind: 'import', runId: null, startedAtMs: 1, state: await ends() }),
    frame: () => Promise.resolve(new Blob([picture()])),
    trash: (hashes) => Promise.resolve(void trashed.push([...hashes])),
  }
  recorder = new Recorder(doors)
})

async function recordUntil(photos: number): Promise<void> {
  recorder.start(cat)
  await vi.waitUntil(() => (recorder.current?.photos.length ?? 0) >= photos, { timeout: 60_000 })
}

test('photos of one press go to the class together, in the order in which they were taken', async () => {
  await recordUntil(3)
  await recorder.flush()
  expect(held.slice(0, 3)).toEqual(['frame 1', 'frame 2', 'frame 3'])
  expect(added).toEqual([{ paths: recorder.takes[0]?.photos.map(({ path }) => path), classId: 7, asOne: true }])
  expect(recorder.takes[0]?.state).toEqual({ state: 'saved' })
  expect(recorder.isUnsaved).toBe(false)
})

test('the shortest press gives a photo, and the next one is a take of its own', async () => {
  for (const each of [1, 2]) {
    recorder.start(cat)
    await recorder.flush()
    expect(recorder.takes).toHaveLength(each)
  }
  expect(added.map(({ paths }) => paths.length)).toEqual([1, 1])
})

test('nothing is saved twice, and a picture that does not change is one photo', async () => {
  picture = () => 'the same'
  recorder.start(cat)
  await vi.waitUntil(() => recorder.isStill, { timeout: 60_000 })
  await Promise.all([recorder.flush(), recorder.flush()])
  expect(added.map(({ paths }) => paths.length)).toEqual([1])
})

test('what could not be saved stands there with the reason and is saved by trying again', async () => {
  const full = new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: null })
  ends = () => Promise.resolve({ state: 'failed', error: toWireError(full) })
  await recordUntil(2)
  await recorder.flush()
  expect(recorder.takes[0]?.state).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL' } })
  expect(recorder.isUnsaved).toBe(true)
  ends = () => Promise.resolve(saved)
  await recorder.save(recorder.takes[0]?.id ?? 0)
  expect(recorder.takes[0]?.state).toEqual({ state: 'saved' })
  expect(added).toHaveLength(2)
})

test('a photo that cannot be held ends the take, and those before it are kept', async () => {
  await recordUntil(2)
  holds = () => Promise.reject(new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: null }))
  await vi.waitUntil(() => recorder.current === null, { timeout: 60_000 })
  const [take] = recorder.takes
  expect(take?.state).toMatchObject({ state: 'failed' })
  expect(take?.photos.length).toBeGreaterThanOrEqual(2)
  await recorder.save(take?.id ?? 0)
  expect(added[0]?.paths).toHaveLength(take?.photos.length ?? 0)
})

test('a bad photo is taken out while it is recorded, while it is saved, and out of the project afterwards', async () => {
  await recordUntil(3)
  const photo = (index: number) => recorder.takes[0]?.photos[index] ?? { id: 0, hash: '' }
  const [first] = [photo(0)]
  const takeId = recorder.takes[0]?.id ?? 0
  await recorder.remove(takeId, [first.id])
  const late = Promise.withResolvers<Job['state']>()
  ends = () => late.promise
  const flushed = recorder.flush()
  await vi.waitUntil(() => added.length === 1, { timeout: 60_000 })
  expect(added[0]?.paths).not.toContain('path' in first ? first.path : '')
  const second = photo(0)
  await recorder.remove(takeId, [second.id])
  late.resolve(saved)
  await flushed
  expect(trashed).toEqual([[second.hash]])
  const third = photo(0)
  await recorder.remove(takeId, [third.id])
  expect(trashed).toEqual([[second.hash], [third.hash]])
})

test('the next take does not wait until the one before it is saved', async () => {
  const late = Promise.withResolvers<Job['state']>()
  ends = () => late.promise
  await recordUntil(1)
  recorder.stop()
  await recordUntil(2)
  recorder.stop()
  await vi.waitUntil(() => added.length === 2, { timeout: 60_000 })
  late.resolve(saved)
  await recorder.flush()
  expect(recorder.takes.map(({ state }) => state.state)).toEqual(['saved', 'saved'])
})
