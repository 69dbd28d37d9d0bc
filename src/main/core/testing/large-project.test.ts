import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { photoFile } from '../images/photo-files.ts'
import { makeLargeProject } from './large-project.ts'
import { testStudio, type TestStudio } from './studio.ts'

const wanted = { images: 1200, classes: 6, runs: 30, longRuns: 1, predictedRuns: 2 }
let studio: TestStudio
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.open({ path: await makeLargeProject({ folder: studio.folder, ...wanted }) })
})
afterAll(() => studio.close())

test('a large project holds what was asked for, and can be looked at like one that was worked on', async () => {
  const { client } = studio
  const project = await client.project.current()
  expect(project).toMatchObject({ name: 'large', images: 1198, classes: 6, runs: 30 })
  const { total, images } = await client.images.list({ filter: {}, order: { by: 'name' }, offset: 0, limit: 2000 })
  expect(total).toBe(1198)
  for (const { hash } of images) {
    expect(existsSync(photoFile(studio.context.project(), hash, 'thumbnail'))).toBe(true)
    expect(existsSync(photoFile(studio.context.project(), hash, 'working-copy'))).toBe(true)
  }
  expect((await client.images.list({ filter: { trashed: true }, offset: 0, limit: 1 })).total).toBe(2)
  expect((await client.images.list({ filter: { class: 'unlabelled' }, offset: 0, limit: 1 })).total).toBe(1198 - project!.labelled)
  const labelled = images.find(({ classId }) => classId !== null)!
  expect((await client.images.detail({ hash: labelled.hash })).labels).toHaveLength(1)
})

test('its runs are of every state, and the newest have curves, answers and scores that fit them', async () => {
  const { client } = studio
  const runs = await client.runs.list()
  expect(runs.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, index) => 30 - index))
  const [newest] = runs
  expect((await client.runs.get({ run: newest!.id })).epochs).toHaveLength(1000)
  const { confusion, perClass } = await client.runs.evaluate({ run: newest!.id })
  const right = confusion.reduce((sum, row, index) => sum + row[index]!, 0)
  expect(right / newest!.test!.n).toBeCloseTo(newest!.test!.accuracy, 9)
  expect(perClass.every(({ n }) => n > 0)).toBe(true)
  const { total } = await client.images.list({ filter: { part: { run: 'latest', part: 'test' } }, offset: 0, limit: 1 })
  expect(total).toBeGreaterThan(0)
  expect(total).toBeLessThanOrEqual(newest!.test!.n)
})
