import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { inFolder } from './photo-files.ts'

let studio: TestStudio
let hashes: string[]
beforeAll(async () => {
  studio = await testStudio()
  await drawFolder(join(studio.folder, 'photos'), { perClass: 20, classes: ['circle', 'square'] })
  await studio.client.project.create({ name: 'shapes' })
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'photos')], labelFromFolders: true, backbone: null })
  await studio.result(jobId, 'import')
  hashes = (await studio.client.images.list({ filter: {}, offset: 0, limit: 40 })).images.map(({ hash }) => hash)
})
afterAll(() => studio.close())

const read = async (asked: string[]) => (await studio.client.images.thumbnails({ hashes: asked })).thumbnails
const fileOf = (hash: string): string => inFolder(studio.context.project().files.thumbnails, hash)

test('thumbnails come as the files that lie in the project, in the order in which they were asked for', async () => {
  const asked = hashes.toReversed()
  const files = await Promise.all(asked.map((hash) => readFile(fileOf(hash), 'base64')))
  expect(new Set(files).size).toBe(40)
  expect(await read(asked)).toEqual(files.map((base64) => `data:image/jpeg;base64,${base64}`))
})

test('a hash that no photo has, a file that is gone, leads elsewhere or nowhere, or is a folder or a pipe is none, and the others come', async () => {
  const [gone, led, looped, folder, pipe, kept] = hashes as [string, string, string, string, string, string]
  await rm(fileOf(gone))
  const secret = join(studio.folder, 'secret.jpg')
  await writeFile(secret, 'nothing that belongs to the project')
  await rm(fileOf(led))
  await symlink(secret, fileOf(led))
  await rm(fileOf(looped))
  await symlink(fileOf(looped), fileOf(looped))
  await rm(fileOf(folder))
  await mkdir(fileOf(folder))
  // It would wait for ever for somebody to write into it.
  await rm(fileOf(pipe))
  execFileSync('mkfifo', [fileOf(pipe)])
  const asked = [gone, led, looped, folder, pipe, '0'.repeat(64), kept]
  expect((await read(asked)).map((each) => each !== null)).toEqual([false, false, false, false, false, false, true])
})
