import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { keepNetwork } from './run-network.ts'

let studio: TestStudio
beforeEach(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'pets' })
})
afterEach(() => studio.close())

test('a network is kept whole; where its project was moved away meanwhile that is said, and nothing is made in the old place', async () => {
  const project = studio.context.project()
  const { root, networks } = project.files
  const write = (folder: string): Promise<void> => writeFile(join(folder, 'weights'), 'some')
  await keepNetwork(project, 'first', write)
  expect(await readFile(join(networks, 'first', 'weights'), 'utf8')).toBe('some')
  await rename(root, `${root}.away`)
  await expect(keepNetwork(project, 'second', write)).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND', details: { path: root } })
  expect(existsSync(root)).toBe(false)
  await rename(`${root}.away`, root)
})
