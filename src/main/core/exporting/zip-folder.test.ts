import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { zipFolder } from './zip-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-zip-'))
  await mkdir(join(folder, 'in/model'), { recursive: true })
  await writeFile(join(folder, 'in/README.md'), 'read me\n'.repeat(500))
  await writeFile(join(folder, 'in/model/weights.bin'), Buffer.from([1, 2, 3]))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const options = { modifiedAtMs: Date.UTC(2026, 0, 2), signal: new AbortController().signal }

/** Entries of a zip in its order, by name. */
async function entriesOf(path: string): Promise<[string, Buffer][]> {
  const entries: [string, Buffer][] = []
  const zip = await yauzl.openPromise(path)
  for await (const entry of zip.eachEntry()) entries.push([entry.fileName, await buffer(await zip.openReadStreamPromise(entry))])
  return entries
}

test('a zip holds the files in the order given, unchanged', async () => {
  await zipFolder(join(folder, 'in'), ['model/weights.bin', 'README.md'], join(folder, 'out.zip'), options)
  expect(await entriesOf(join(folder, 'out.zip'))).toEqual([
    ['model/weights.bin', Buffer.from([1, 2, 3])],
    ['README.md', Buffer.from('read me\n'.repeat(500))],
  ])
})

test('a file that is not there fails the zip instead of leaving it waiting', async () => {
  await expect(zipFolder(join(folder, 'in'), ['README.md', 'gone.txt'], join(folder, 'out.zip'), options)).rejects.toThrow('gone.txt')
})

test('an aborted zip stops', async () => {
  const abort = new AbortController()
  abort.abort(new Error('enough'))
  await expect(
    zipFolder(join(folder, 'in'), ['README.md'], join(folder, 'out.zip'), { ...options, signal: abort.signal }),
  ).rejects.toThrow()
})
