import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { hashOfPlainFile, readPlainFile, readPlainStart } from './plain-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-plain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const abc = join(folder, 'abc')
writeFileSync(abc, 'abc')
writeFileSync(join(folder, 'empty'), '')

async function all(path: string): Promise<unknown[]> {
  return [await hashOfPlainFile(path), await readPlainFile(path, 1000), await readPlainStart(path, 4)]
}

test('a file is known by its SHA-256, and read whole or its beginning', async () => {
  // FIPS 180-4, example B.1.
  expect(await hashOfPlainFile(abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect([await readPlainFile(abc, 3), await readPlainStart(abc, 2), await readPlainStart(abc, 9)].map(String)).toEqual([
    'abc',
    'ab',
    'abc',
  ])
  expect((await readPlainFile(join(folder, 'empty'), 0))?.length).toBe(0)
})

test('one that is larger than allowed, is gone or is a folder is nothing', async () => {
  expect(await readPlainFile(abc, 2)).toBe(null)
  for (const path of [join(folder, 'gone'), join(abc, 'below'), folder]) expect(await all(path)).toEqual([null, null, null])
})

test.skipIf(platform === 'win32')('a device without end, a pipe that nobody writes into and a link to one are nothing', async () => {
  const pipe = join(folder, 'pipe')
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
  symlinkSync(pipe, join(folder, 'link'))
  for (const path of ['/dev/zero', pipe, join(folder, 'link')]) expect(await all(path)).toEqual([null, null, null])
})

test('an abort ends the reading', async () => {
  await expect(hashOfPlainFile(abc, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})
