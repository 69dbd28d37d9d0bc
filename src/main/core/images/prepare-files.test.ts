import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ImportReport } from '../../contract/images.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let studio: TestStudio
let folder = ''
beforeEach(async () => {
  studio = await testStudio({ entries: { image: join(import.meta.dirname, 'image-worker-for-tests.ts') } })
  await studio.client.project.create({ name: 'photos' })
  folder = join(studio.folder, 'pictures')
  mkdirSync(folder)
})
afterEach(() => studio.close())

const numbered = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `${from + index}.jpg`)
function write(names: readonly string[], content = (name: string): string => `content of ${name}`): void {
  for (const name of names) writeFileSync(join(folder, name), content(name))
}
async function importing(): Promise<ImportReport> {
  const { jobId } = await studio.client.images.import({ paths: [folder], labelFromFolders: false, backbone: null })
  return (await studio.result(jobId, 'import')).report
}
async function names(): Promise<string[]> {
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 2000 })
  return images.map((image) => image.name)
}

test('images are in the order of their names, though the worker ends them in another one', async () => {
  write(numbered(0, 150))
  expect(await importing()).toMatchObject({ images: 150, skipped: [] })
  expect(await names()).toEqual(numbered(0, 150))
})

test('of equal files the first one by name is the image, whichever was ready first', async () => {
  write(numbered(0, 40), (name) => `pair ${Math.floor(Number.parseInt(name) / 2)}`)
  const report = await importing()
  expect(report).toMatchObject({ images: 20, duplicates: 20 })
  expect(await names()).toEqual(numbered(0, 40).filter((_, index) => index % 2 === 0))
  expect(report.skipped.map(({ file, detail }) => [basename(file), detail])).toEqual(
    Array.from({ length: 20 }, (_, index) => [`${2 * index + 1}.jpg`, `${2 * index}.jpg`]),
  )
})

test('copies that an import left which was killed before it could tell are made anew, in the order of the names', async () => {
  const left = ['left-1.jpg', 'left-2.jpg', 'left-3.jpg']
  write([...numbered(0, 30), ...left])
  write(['left-4.jpg'], () => 'content of left-1.jpg')
  expect(await importing()).toMatchObject({ images: 33, duplicates: 1 })
  expect(await names()).toEqual([...numbered(0, 30), ...left])
  expect(await importing()).toMatchObject({ images: 0, duplicates: 34 })
})

test('a file that ends the worker is skipped as broken, and all others are taken', async () => {
  write([...numbered(0, 60), 'dies-1.jpg', 'dies-2.jpg', 'diesonce.jpg'])
  const report = await importing()
  expect(report.images).toBe(61)
  expect(report.skipped.map(({ file, reason }) => [basename(file), reason])).toEqual([
    ['dies-1.jpg', 'broken'],
    ['dies-2.jpg', 'broken'],
  ])
  expect(await names()).toContain('diesonce.jpg')
})

test('a worker that cannot start fails the import instead of blaming the photos', async () => {
  await studio.close()
  studio = await testStudio({ entries: { image: join(import.meta.dirname, 'no-such-worker.ts') } })
  await studio.client.project.create({ name: 'photos' })
  folder = join(studio.folder, 'pictures')
  mkdirSync(folder)
  write(numbered(0, 100))
  await expect(importing()).rejects.toMatchObject({ code: 'WORKER_DIED', details: { worker: 'image', reason: 'crashed' } })
  expect((await studio.client.images.imports())[0]).toMatchObject({ report: { images: 0, skipped: [] } })
})

test('a full disk ends the import with its reason and keeps what was taken', async () => {
  write([...numbered(0, 100), 'full.jpg'])
  await expect(importing()).rejects.toMatchObject({ code: 'DISK_FULL' })
  const kept = await names()
  expect(kept).toEqual(numbered(0, kept.length))
  expect((await studio.client.images.imports())[0]).toMatchObject({ report: { images: kept.length, cancelled: false } })
  const { db } = studio.context.project()
  expect(db.prepare('SELECT state FROM import').all()).toEqual([{ state: 'failed' }])
  expect(readdirSync(studio.context.project().files.root)).toContain('project.sqlite')
})
