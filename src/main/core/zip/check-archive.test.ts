import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStudioError } from '../../contract/errors.ts'
import { archiveLimits, checkArchive, type ArchiveLimits, type CheckedArchive } from './check-archive.ts'
import { withZip } from './read-zip.ts'
import { unpackPhotos } from './unpack-photos.ts'
import { zipForTests, type EntryForTests } from './zip-for-tests.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-zip-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const photo = 'a picture, or so. '.repeat(20)

function check(entries: readonly EntryForTests[], limits: Partial<ArchiveLimits> = {}): Promise<CheckedArchive> {
  const file = join(folder, 'a.zip')
  writeFileSync(file, zipForTests(entries))
  return withZip(file, (zip) => checkArchive(zip, { file, limits: { ...archiveLimits, ...limits } }))
}

/** Unpacks and answers the files by their place, and those that are broken. */
async function unpack(entries: readonly EntryForTests[]): Promise<{ files: Record<string, string>; broken: readonly unknown[] }> {
  const [file, out] = [join(folder, 'a.zip'), join(folder, 'out')]
  mkdirSync(out)
  writeFileSync(file, zipForTests(entries))
  const { unpacked, broken } = await withZip(file, async (zip) =>
    unpackPhotos(zip, await checkArchive(zip, { file }), out, { signal: new AbortController().signal, onProgress: () => undefined }),
  )
  const files = Object.fromEntries(unpacked.map(({ path }) => [relative(out, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]))
  return { files, broken }
}

const refused = (entries: readonly EntryForTests[], limits: Partial<ArchiveLimits> = {}): Promise<unknown> =>
  check(entries, limits).then(
    () => null,
    (error: unknown) => (isStudioError(error) ? error.details : error),
  )

describe('an archive is refused before anything of it is unpacked', () => {
  it.each(['../x.jpg', 'a/../../x.jpg', '/etc/x.jpg', 'C:\\x.jpg', '..\\x.jpg', 'a/..', '../'])(
    'for a path that leaves it: %j',
    async (name) => {
      expect(
        await refused([
          { name: 'good.jpg', content: photo },
          { name, content: photo },
        ]),
      ).toMatchObject({ reason: 'path' })
    },
  )

  it('for links, pipes and devices', async () => {
    for (const mode of [0o120777, 0o010644, 0o060644, 0o020644]) {
      expect(await refused([{ name: 'a.jpg', content: '/etc/passwd', mode }])).toMatchObject({ reason: 'link', entry: 'a.jpg' })
    }
  })

  it('for a password', async () => {
    expect(await refused([{ name: 'a.jpg', content: photo, flags: 0x801 }])).toMatchObject({ reason: 'encrypted', entry: 'a.jpg' })
  })

  it('for ways of packing that nobody can unpack here', async () => {
    expect(await refused([{ name: 'a.jpg', content: photo, method: 14 }])).toMatchObject({ reason: 'method' })
  })

  it('for more files than anybody adds at once, also where only the end of it says so', async () => {
    const entries = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.jpg`, content: photo }))
    expect(await refused(entries, { entries: 11 })).toMatchObject({ reason: 'too-many' })
    expect(await refused(entries, { listBytes: 500 })).toMatchObject({ reason: 'too-many' })
    expect(await refused(entries, { entries: 12 })).toBeNull()
  })

  it('for more bytes than that, and for unpacking to a hundred times its size', async () => {
    expect(await refused([{ name: 'a.jpg', content: photo }], { totalBytes: photo.length - 1 })).toMatchObject({ reason: 'too-large' })
    const zeros = { name: 'a.tif', content: Buffer.alloc(2_000_000) }
    expect(await refused([zeros], { harmlessBytes: 1_000_000 })).toMatchObject({ reason: 'bomb' })
    expect(await refused([zeros])).toBeNull()
  })

  it('for files that share their content, which makes a small archive a huge one', async () => {
    const shared = [
      { name: 'a.jpg', content: photo },
      { name: 'b.jpg', content: photo, sameAs: 0 },
    ]
    expect(await refused(shared)).toMatchObject({ reason: 'overlap' })
  })

  it('for two things of one name, and for a file where a folder is', async () => {
    const two = (one: string, other: string) =>
      refused([
        { name: one, content: photo },
        { name: other, content: photo },
      ])
    expect(await two('a/x.jpg', 'a//./x.jpg')).toMatchObject({ reason: 'duplicate-name' })
    expect(await two('a', 'A/x.jpg')).toMatchObject({ reason: 'duplicate-name' })
    expect(await two('a/x.jpg', 'a')).toMatchObject({ reason: 'duplicate-name' })
    expect(await two('a.jpg', 'A.jpg')).toBeNull()
  })

  it('for names that say they are UTF-8 and are not', async () => {
    expect(await refused([{ name: Buffer.from([0x84, 0xff]), content: photo }])).toMatchObject({ reason: 'name' })
    expect(await refused([{ name: 'a\0.jpg', content: photo }])).toMatchObject({ reason: 'name' })
  })
})

describe('an archive', () => {
  it('is unpacked with its folders, and what systems leave in it is passed over', async () => {
    const entries = ['cat/', 'cat/1.jpg', './cat/2.jpg', 'dog\\1.jpg', '__MACOSX/cat/._1.jpg', '.DS_Store', 'cat/Thumbs.db']
    const { files } = await unpack(entries.map((name) => ({ name, content: name.endsWith('/') ? '' : name })))
    expect(files).toEqual({ 'cat/1.jpg': 'cat/1.jpg', 'cat/2.jpg': './cat/2.jpg', 'dog/1.jpg': 'dog\\1.jpg' })
  })

  it('reads names that are not UTF-8 by code page 437, as Windows wrote them', async () => {
    const { files } = await unpack([{ name: Buffer.from([0x4b, 0x84, 0x66, 0x65, 0x72, 0x2f, 0x31]), flags: 0, content: 'beetle' }])
    expect(files).toEqual({ 'Käfer/1': 'beetle' })
    rmSync(join(folder, 'out'), { recursive: true })
    expect((await unpack([{ name: 'Käfer/1', flags: 0, content: 'of a Mac' }])).files).toEqual({ 'Käfer/1': 'of a Mac' })
  })

  it('inside of another is listed and not opened, and so is a file that is too large for a photo', async () => {
    const { files, skipped } = await check(
      [
        { name: 'more.ZIP', content: 'PK' },
        { name: 'huge.tif', content: photo },
        { name: 'a.jpg', content: 'a' },
      ],
      { fileBytes: 100 },
    )
    expect(files.map(({ name }) => name)).toEqual(['a.jpg'])
    expect(skipped).toMatchObject([
      { file: 'more.ZIP', reason: 'archive' },
      { file: 'huge.tif', reason: 'too-large' },
    ])
  })

  it('whose list lies about a size or a checksum loses that file and no other, and writes no more than was said', async () => {
    const { files, broken } = await unpack([
      { name: 'long.jpg', content: Buffer.alloc(3_000_000), saysBytes: 10 },
      { name: 'short.jpg', content: photo, saysBytes: 100_000 },
      { name: 'wrong.jpg', content: photo, saysSum: 1 },
      { name: 'good.jpg', content: photo },
    ])
    expect(files).toEqual({ 'good.jpg': photo })
    expect(broken).toMatchObject(['long.jpg', 'short.jpg', 'wrong.jpg'].map((file) => ({ file, reason: 'broken' })))
    expect(readdirSync(join(folder, 'out'))).toEqual(['good.jpg'])
  })

  const name = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.stringMatching(/^(\.\.?|[a-zA-Z]{1,2}|\/|\\){1,6}$/))
  test.prop([fc.array(name, { minLength: 1, maxLength: 6 })], { numRuns: 150 })(
    'never gets out of its folder, whatever its names are',
    async (names) => {
      rmSync(join(folder, 'out'), { recursive: true, force: true })
      try {
        const { files } = await unpack(names.map((each) => ({ name: each, content: 'x' })))
        expect(Object.keys(files).every((path) => !path.startsWith('..'))).toBe(true)
      } catch (error) {
        if (!isStudioError(error)) throw error
      }
      expect(readdirSync(folder).toSorted()).toEqual(['a.zip', 'out'])
    },
  )

  const good = zipForTests([
    { name: 'cat/1.jpg', content: photo },
    { name: 'dog/2.jpg', content: photo, isStored: true },
  ])
  const damage = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) })
  test.prop([fc.array(damage, { minLength: 1, maxLength: 4 }), fc.nat(good.length)], { numRuns: 300 })(
    'that is mutilated is refused or loses files, and what is unpacked is right',
    async (changes, cut) => {
      const bytes = Buffer.from(good)
      for (const { at, byte } of changes) bytes[at] = byte
      const [file, out] = [join(folder, 'mutilated.zip'), join(folder, 'mutilated')]
      rmSync(out, { recursive: true, force: true })
      mkdirSync(out)
      writeFileSync(file, cut % 3 === 0 ? bytes.subarray(0, cut) : bytes)
      const signal = new AbortController().signal
      const unpacking = withZip(file, async (zip) =>
        unpackPhotos(zip, await checkArchive(zip, { file }), out, { signal, onProgress: () => undefined }),
      )
      const unpacked = await unpacking.then(
        (result) => result.unpacked,
        (error: unknown) => {
          // A zip that cannot be read is told by its reader; whoever opens it refuses it then.
          expect(error).toBeInstanceOf(Error)
          return []
        },
      )
      for (const { path } of unpacked) expect([photo, '']).toContain(readFileSync(path, 'utf8'))
    },
  )
})
