import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Image } from '../../contract/images.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { workingCopyFile } from './photo-files.ts'

const backbone = 'mobilenet-v2-035'
let studio: TestStudio
let photos: readonly string[]
let image: Image
beforeAll(async () => {
  studio = await testStudio()
  photos = await drawFolder(join(studio.folder, 'photos'), { perClass: 1, classes: ['circle', 'square'] })
  await studio.client.project.create({ name: 'shapes' })
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'photos')], labelFromFolders: true, backbone: null })
  await studio.result(jobId, 'import')
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 10 })
  image = images[0]!
})
afterAll(() => studio.close())

const see = async (): Promise<string> => (await studio.client.images.seen({ hash: image.hash, backbone })).picture
const copy = (): string => workingCopyFile(studio.context.project().files, image.hash)

test('what a network sees of a photo is a square of its size, and stays so when the copy is lost and when the original is', async () => {
  const seen = await see()
  expect(seen).toMatch(/^data:image\/png;base64,/)
  const png = Buffer.from(seen.slice(seen.indexOf(',') + 1), 'base64')
  // Width and height are the first two numbers of a PNG's header.
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([224, 224])
  await rm(copy())
  expect(await see()).toBe(seen)
  await writeFile(copy(), 'torn')
  expect(await see()).toBe(seen)
  const { sourcePath } = await studio.client.images.detail({ hash: image.hash })
  expect(photos).toContain(sourcePath)
  await rm(sourcePath)
  expect(await see()).toBe(seen)
  await rm(copy())
  await expect(see()).rejects.toMatchObject({ code: 'PICTURE_UNREADABLE', details: { file: image.name } })
})

test('a network or a photo that does not exist is told by its code', async () => {
  await expect(studio.client.images.seen({ hash: image.hash, backbone: 'none' })).rejects.toMatchObject({ code: 'BACKBONE_UNKNOWN' })
  await expect(studio.client.images.seen({ hash: '0'.repeat(64), backbone })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
  await expect(studio.client.images.detail({ hash: '0'.repeat(64) })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
})
