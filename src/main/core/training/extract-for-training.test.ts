import { statfs } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { photosIn, requireRoom } from './extract-for-training.ts'

let studio: TestStudio
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'room' })
})
afterAll(async () => studio.close())

const features = (featureDim: number): BackboneFiles => ({ id: 'net', hash: 'net', folder: '', inputSizePx: 224, featureDim })

test('photos of which two things are missing are counted once', () => {
  const missing = [
    { features: features(1), hashes: ['a', 'b'] },
    { features: features(1), hashes: ['b', 'c'] },
  ]
  expect(photosIn(missing)).toBe(3)
})

test('there has to be room for what both phases need together', async () => {
  const project = studio.context.project()
  const { bavail, bsize } = await statfs(project.files.root)
  // Six tenths of the free room each, as float32.
  const phase = { features: features(Math.floor((bavail * bsize * 0.6) / 4)), hashes: ['a'] }
  await requireRoom(project, [phase])
  await expect(requireRoom(project, [phase, phase])).rejects.toMatchObject({ code: 'DISK_FULL', details: { path: project.files.root } })
})
