import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeHeldPictures } from './held-pictures.ts'
import { sentName } from './sent-name.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'graft-held-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))
const silent = { info: () => undefined, error: () => undefined }
const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('two pictures of one name are both kept, each under that name', async () => {
  const held = makeHeldPictures(folder, silent)
  const first = await held.hold({ name: 'Pasted 1.png', base64: base64('first') })
  const second = await held.hold({ name: 'Pasted 1.png', base64: base64('second') })
  expect([first, second].map(({ path }) => basename(path))).toEqual(['Pasted 1.png', 'Pasted 1.png'])
  expect(await Promise.all([first, second].map(({ path }) => readFile(path, 'utf8')))).toEqual(['first', 'second'])
})

test('a picture that was held is known by the name that it came with', async () => {
  const held = makeHeldPictures(folder, silent)
  const pasted = await held.hold({ name: 'Pasted 1.png', base64: base64('first') })
  const taken = await held.hold({ name: 'Camera.jpg', base64: base64('second'), slot: 'live' })
  expect([pasted, taken].map(({ path }) => sentName(path))).toEqual(['Pasted 1.png', 'Camera.jpg'])
  expect(sentName('/home/ada/held/2024-photos/cats/1.jpg')).toBeNull()
})

test('the frames of a camera take the place of each other', async () => {
  const held = makeHeldPictures(folder, silent)
  const paths = []
  for (let frame = 0; frame < 5; frame++)
    paths.push((await held.hold({ name: 'Camera.jpg', base64: base64(`${frame}`), slot: 'live' })).path)
  expect(new Set(paths).size).toBe(1)
  expect(await readdir(dirname(paths[0] ?? ''))).toEqual(['Camera.jpg'])
  expect(await readFile(paths[0] ?? '', 'utf8')).toBe('4')
})

test('what a process that was killed has left is deleted, and what a living one holds is not', async () => {
  // No system gives a process this number.
  const left = join(folder, 'held', '2147483646-abcd')
  const living = join(folder, 'held', `${process.pid}-abcd`)
  for (const each of [left, living]) await mkdir(each, { recursive: true })
  await makeHeldPictures(folder, silent).hold({ name: 'a.jpg', base64: base64('a') })
  expect([left, living].map(existsSync)).toEqual([false, true])
})

test('a slot holds one picture, also under another name', async () => {
  const held = makeHeldPictures(folder, silent)
  await held.hold({ name: 'Pasted 1.png', base64: base64('first'), slot: 'live' })
  const { path } = await held.hold({ name: 'Pasted 2.png', base64: base64('second'), slot: 'live' })
  expect(await readdir(dirname(path))).toEqual(['Pasted 2.png'])
})

test('a place that could not be written to is tried again', async () => {
  await writeFile(join(folder, 'held'), 'in the way')
  const held = makeHeldPictures(folder, silent)
  await expect(held.hold({ name: 'a.jpg', base64: base64('a') })).rejects.toThrow()
  await rm(join(folder, 'held'))
  expect(await readFile((await held.hold({ name: 'a.jpg', base64: base64('a') })).path, 'utf8')).toBe('a')
})
