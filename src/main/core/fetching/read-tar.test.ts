import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTgz } from './read-tar.ts'
import { tarEntry, tarFile } from './tar-for-tests.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-tar-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(tgz: Buffer): Promise<Record<string, string>> {
  const path = join(folder, 'archive.tgz')
  await writeFile(path, tgz)
  const files: Record<string, string> = {}
  await readTgz(path, (file) => (piece) => void (files[file.path] = (files[file.path] ?? '') + piece.toString('latin1')))
  return files
}

test('plain files come with their path and content, whatever their length', async () => {
  const contents = { 'package/a.txt': '', 'package/b.txt': 'x'.repeat(511), 'package/c.txt': 'y'.repeat(70_000) }
  const tgz = gzipSync(tarFile(Object.entries(contents).map(([path, content]) => tarEntry(path, Buffer.from(content)))))
  expect(await read(tgz)).toEqual({ 'package/b.txt': contents['package/b.txt'], 'package/c.txt': contents['package/c.txt'] })
})

test('paths longer than a header come from the pax or GNU header before', async () => {
  const long = `package/${'deep/'.repeat(40)}file.txt`
  const record = ` path=${long}\n`
  const pax = Buffer.from(`${record.length + 3}${record}`)
  const bytes = Buffer.from('here')
  const fromPax = tarFile([tarEntry('PaxHeader', pax, 'x'), tarEntry('short', bytes)])
  const fromGnu = tarFile([tarEntry('././@LongLink', Buffer.from(`${long}\0`), 'L'), tarEntry('short', bytes)])
  expect(await read(gzipSync(fromPax))).toEqual({ [long]: 'here' })
  expect(await read(gzipSync(fromGnu))).toEqual({ [long]: 'here' })
})

test('links, folders and devices are passed over', async () => {
  const entries = ['1', '2', '3', '5'].map((type) => tarEntry('/etc/passwd', Buffer.alloc(0), type))
  expect(await read(gzipSync(tarFile([...entries, tarEntry('package/kept', Buffer.from('k'))])))).toEqual({ 'package/kept': 'k' })
})

test('an archive that is cut off is told as such', async () => {
  const whole = gzipSync(tarFile([tarEntry('package/a', Buffer.alloc(5000, 7))]))
  await expect(read(whole.subarray(0, whole.length - 20))).rejects.toThrow()
  const tar = tarFile([tarEntry('package/a', Buffer.alloc(5000, 7))])
  await expect(read(gzipSync(tar.subarray(0, 3000)))).rejects.toThrow('ends in the middle')
})

property.prop([fc.nat(511), fc.nat(255)], { numRuns: 200 })(
  'a header with any byte changed is read or refused, and nothing else',
  async (at, byte) => {
    const tar = tarFile([tarEntry('package/a', Buffer.from('content'))])
    tar[at] = byte
    try {
      await read(gzipSync(tar))
    } catch (error) {
      expect(error).toHaveProperty('name', 'TarError')
    }
  },
)
