import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStudio, type TestStudio } from '../testing/studio.ts'

let studio: TestStudio
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'pets' })
})
afterAll(() => studio.close())

/** Runs `work` while the database may not become any larger, as on a full disk. */
async function onFullDisk(work: () => Promise<void>): Promise<void> {
  const { db } = studio.context.project()
  const most = db.pragma('max_page_count', { simple: true })
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`)
  try {
    await work()
  } finally {
    db.pragma(`max_page_count = ${Number(most)}`)
  }
}

/** Adds classes until the pages that the database has are full. */
async function addClasses(): Promise<void> {
  for (let number = 1; number < 2000; number++) await studio.client.classes.add({ name: `class ${number} ${'x'.repeat(60)}` })
}

test('a label or a class that finds the disk full is refused with the disk and its room, and works once there is some', async () => {
  await onFullDisk(async () => {
    const path = studio.context.project().files.root
    await expect(addClasses()).rejects.toMatchObject({ code: 'DISK_FULL', details: { path } })
  })
  const before = (await studio.client.classes.list()).length
  await studio.client.classes.add({ name: 'one more' })
  expect((await studio.client.classes.list()).length).toBe(before + 1)
})

test('work that fails because the database cannot grow says so', async () => {
  await onFullDisk(async () => {
    const { id } = studio.context.jobs.start('features', { lane: 'test' }, () => {
      studio.context.project().db.exec('CREATE TABLE never AS SELECT zeroblob(1000000)')
      return Promise.resolve({ kind: 'features', extracted: 0, seconds: 0 })
    })
    await expect(studio.result(id, 'features')).rejects.toMatchObject({ code: 'DISK_FULL' })
  })
})
