import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FeatureFile } from '../../compute/feature-file.ts'
import { forgetFeatures } from './forget-features.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-forget-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const { signal } = new AbortController()
const hashOf = (index: number): string => createHash('sha256').update(String(index)).digest('hex')
const dim = 1280
const row = (index: number) => ({ hash: hashOf(index), features: Float32Array.from({ length: dim }, (_, at) => index + at / dim + 0.5) })
const bytesOf = (index: number): Buffer => Buffer.from(row(index).features.buffer)

test('nothing of a photo is left in any file of features, all others are as they were, and one that is added again is looked at again', async () => {
  const paths = ['a.features', 'b.features'].map((name) => join(folder, name))
  // More than are read at once.
  const all = Array.from({ length: 1800 }, (_, index) => row(index))
  const gone = [0, 3, 818, 819, 1799]
  const files = paths.map((path) => FeatureFile.open(path, dim))
  for (const file of files) file.append([...all, row(3)])
  await forgetFeatures(folder, new Set(gone.map(hashOf)), signal)
  for (const [at, path] of paths.entries()) {
    // Whoever holds the file opens it again.
    expect(files[at]!.isCurrent()).toBe(false)
    const bytes = readFileSync(path)
    for (const index of gone)
      expect([bytes.includes(bytesOf(index)), bytes.includes(Buffer.from(hashOf(index), 'hex'))]).toEqual([false, false])
    const opened = FeatureFile.open(path, dim)
    expect(all.filter(({ hash }) => !opened.has(hash)).map(({ hash }) => hash)).toEqual(gone.map(hashOf))
    expect(Buffer.from(opened.gather([hashOf(4), hashOf(820)]).buffer)).toEqual(Buffer.concat([bytesOf(4), bytesOf(820)]))
    opened.append([row(3)])
    expect(Buffer.from(FeatureFile.open(path, dim).gather([hashOf(3)]).buffer)).toEqual(bytesOf(3))
  }
})

test.runIf(process.platform === 'linux')(
  'a file that cannot be opened is told of, and nothing of a photo is left in the others',
  async () => {
    // Not even the first user of a machine opens a file whose name is no text.
    const start = Buffer.from(`${folder}/`)
    for (const name of ['a', 'm', 'z'])
      writeFileSync(Buffer.concat([start, Buffer.from([...Buffer.from(name), 0xff]), Buffer.from('.features')]), '')
    const paths = ['b', 'c', 'n', 'o', 'y'].map((name) => join(folder, `${name}.features`))
    for (const path of paths) FeatureFile.open(path, dim).append([row(1), row(2)])
    await expect(forgetFeatures(folder, new Set([hashOf(1)]), signal)).rejects.toMatchObject({ code: 'ENOENT' })
    for (const path of paths) expect(readFileSync(path).includes(bytesOf(1))).toBe(false)
  },
)

test('a folder that is not there, a file that is none, one that is torn and a link are left as they are', async () => {
  const wanted = new Set([hashOf(1)])
  await forgetFeatures(join(folder, 'none'), wanted, signal)
  const elsewhere = join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  FeatureFile.open(join(elsewhere, 'own.features'), dim).append([row(1)])
  const own = readFileSync(join(elsewhere, 'own.features'))
  const project = join(folder, 'project')
  mkdirSync(project)
  symlinkSync(join(elsewhere, 'own.features'), join(project, 'link.features'))
  writeFileSync(join(project, 'none.features'), 'no features')
  // Its header says that a record is larger than any memory.
  writeFileSync(join(project, 'huge.features'), Buffer.concat([own.subarray(0, 8), Buffer.alloc(8, 0xff)]))
  writeFileSync(join(project, 'torn.features'), own.subarray(0, 500))
  await forgetFeatures(project, wanted, signal)
  expect(readFileSync(join(elsewhere, 'own.features'))).toEqual(own)
  expect(readFileSync(join(project, 'torn.features'))).toEqual(own.subarray(0, 500))
})
