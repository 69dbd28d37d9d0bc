import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { zipForTests } from '../zip/zip-for-tests.ts'

// Real processes on a machine that may be busy: slowness is not failure.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let pictures = ''
let files: readonly string[] = []
let studio: TestStudio
let cat = 0
beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'graft-take-'))
  await drawFolder(pictures, { perClass: 6, classes: ['circle'] })
  files = (await readdir(join(pictures, 'circle'))).sort().map((name) => join(pictures, 'circle', name))
})
afterAll(() => rm(pictures, { recursive: true, force: true }))
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'take' })
  cat = (await studio.client.classes.add({ name: 'cat' })).id
})
afterEach(() => studio.close())

async function add(paths: readonly string[], asOne = false, classId = cat) {
  const { jobId } = await studio.client.images.addToClass({ paths: [...paths], classId, asOne, backbone: null })
  return (await studio.result(jobId, 'import')).report
}
const photos = async (trashed = false) => (await studio.client.images.list({ filter: { trashed }, offset: 0, limit: 100 })).images
const classesOf = async () => (await photos()).map(({ classId, labelSource }) => [classId, labelSource])

describe('photos that are added to a class', () => {
  test('have it, from a person, whatever their folder is called, in the order in which they were given', async () => {
    expect(await add([files[2]!, files[0]!, files[1]!])).toMatchObject({ images: 3, conflicts: [] })
    expect(await classesOf()).toEqual([
      [cat, 'person'],
      [cat, 'person'],
      [cat, 'person'],
    ])
    expect((await photos()).map(({ name }) => join(pictures, 'circle', name))).toEqual([files[2], files[0], files[1]])
    expect((await studio.client.classes.list()).map(({ name }) => name)).toEqual(['cat'])
  })

  test('go into the trash by one undo, and come back with their class by one redo', async () => {
    await add(files.slice(0, 3))
    const { undo } = await studio.client.history.state()
    expect(undo).toMatchObject({ action: 'image-add', details: { class: 'cat', images: 3 } })
    await studio.client.history.undo()
    expect(await photos()).toEqual([])
    expect(await photos(true)).toHaveLength(3)
    expect((await studio.client.history.state()).undo?.action).toBe('class-add')
    await studio.client.history.redo()
    expect(await classesOf()).toEqual([
      [cat, 'person'],
      [cat, 'person'],
      [cat, 'person'],
    ])
  })

  test('take the class also where they were there before, and undo leaves those with what they had', async () => {
    const dog = (await studio.client.classes.add({ name: 'dog' })).id
    await add(files.slice(0, 2), false, dog)
    await add(files.slice(1, 3))
    expect((await classesOf()).map(([id]) => id)).toEqual([dog, cat, cat])
    await studio.client.history.undo()
    expect((await classesOf()).map(([id]) => id)).toEqual([dog, dog])
  })

  test('of one take share a group, together with what any of them looks like; others do not', async () => {
    await add(files.slice(0, 3), true)
    const groups = new Set((await photos()).map(({ groupId }) => groupId))
    expect([...groups]).toEqual([expect.any(Number)])
    await add(files.slice(3, 5))
    expect((await photos()).slice(3).map(({ groupId }) => groupId)).toEqual([null, null])
  })

  test('keep the class of what was taken when the import is cancelled', async () => {
    const { jobId } = await studio.client.images.addToClass({ paths: [...files], classId: cat, asOne: true, backbone: null })
    await studio.client.jobs.cancel({ jobId })
    await studio.watch(jobId)
    for (const { classId } of await photos()) expect(classId).toBe(cat)
  })

  test('out of a zip have it too, and go with one undo', async () => {
    const zip = join(studio.folder, 'round.zip')
    const content = await Promise.all(files.slice(0, 2).map((file) => readFile(file)))
    await writeFile(zip, zipForTests(content.map((bytes, index) => ({ name: `dog/${index}.jpg`, content: bytes }))))
    expect(await add([zip, files[2]!])).toMatchObject({ images: 3, conflicts: [] })
    expect((await classesOf()).map(([id]) => id)).toEqual([cat, cat, cat])
    expect((await studio.client.history.state()).undo).toMatchObject({ action: 'image-add', details: { class: 'cat', images: 3 } })
    await studio.client.history.undo()
    expect([await photos(), (await photos(true)).length]).toEqual([[], 3])
  })

  test('come without one where it was deleted before their turn came', async () => {
    const first = studio.client.images.import({ paths: [...files.slice(0, 3)], labelFromFolders: false, backbone: null })
    const { jobId } = await studio.client.images.addToClass({ paths: [files[4]!], classId: cat, asOne: false, backbone: null })
    await studio.client.classes.delete({ id: cat })
    await studio.watch((await first).jobId)
    await studio.watch(jobId)
    expect((await classesOf()).map(([id]) => id)).toEqual([null, null, null, null])
  })

  test('are refused for a class that is not there', async () => {
    await expect(add(files, false, 99)).rejects.toMatchObject({ code: 'CLASS_NOT_FOUND' })
  })
})
