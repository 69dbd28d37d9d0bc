import { createHash } from 'node:crypto'
import { watch } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StudioError } from '../../contract/errors.ts'
import { backboneFiles, defaultBackbone, listBackbones } from './backbone-files.ts'
import type { CatalogEntry } from './catalog.ts'
import { downloadFile } from '../fetching/download-file.ts'
import { fetchBackbone, type ConvertBackbone } from './fetch-backbone.ts'
import type { PackageSource } from '../fetching/package-source.ts'
import { tarEntry, tarFile } from '../fetching/tar-for-tests.ts'

const weights = Buffer.from('the weights of a network')
const archive = gzipSync(tarFile([tarEntry('package/../../escape', Buffer.from('!')), tarEntry('package/model/weights.bin', weights)]))
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const network = Buffer.from(JSON.stringify({ tensors: { bytes: 8, sha256: sha256(Buffer.alloc(8)) } }))

const integrityOf = (bytes: Buffer): string => `sha512-${createHash('sha512').update(bytes).digest('base64')}`
const npmSource = (name: string, bytes: Buffer = archive): PackageSource => ({
  via: 'npm',
  name,
  version: '1.0.0',
  integrity: integrityOf(bytes),
  sizeBytes: bytes.length,
})

function entry(id: string, changes: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    id,
    name: id,
    plainName: id,
    description: 'Drawn for a test.',
    family: 'test',
    licence: 'MIT',
    parameters: 2,
    inputSizePx: 16,
    scaling: { scale: 1, offset: 0 },
    featureDim: 6,
    megaMacs: 1,
    sizeBytes: 8 + network.length,
    networkSha256: sha256(network),
    cuts: [],
    sources: [npmSource('a-network')],
    files: [{ path: 'package/model/weights.bin', name: 'weights.bin', sizeBytes: weights.length, sha256: sha256(weights) }],
    ...changes,
  }
}

let place: string
let resourcesDir: string
const pathBefore = process.env['PATH'] ?? ''

/** Stands in for npm: a real program that copies what the registry would give, fails as npm does, or takes its time. */
async function installNpm(script: string): Promise<void> {
  const programs = join(place, 'programs')
  await mkdir(programs, { recursive: true })
  await writeFile(join(programs, 'npm'), `#!/bin/sh\n${script}\n`)
  await chmod(join(programs, 'npm'), 0o755)
  process.env['PATH'] = `${programs}${delimiter}/usr/bin${delimiter}/bin`
}
const copies = () => `cp "${join(place, 'archive.tgz')}" a-network-1.0.0.tgz`

async function writeCatalog(...backbones: CatalogEntry[]): Promise<void> {
  await writeFile(join(resourcesDir, 'backbones', 'catalog.json'), JSON.stringify({ backbones }))
}

const convert: ConvertBackbone = async ({ sourceFiles, folder }) => {
  expect(await readFile(sourceFiles['weights.bin'] ?? '')).toEqual(weights)
  await mkdir(folder)
  await writeFile(join(folder, 'network.json'), network)
  await writeFile(join(folder, 'tensors.bin'), Buffer.alloc(8))
  return { hash: sha256(network) }
}
/** Everything in the folder of the backbones but the catalog. */
const log = { info: () => undefined, error: () => undefined }
const left = async (): Promise<string[]> =>
  (await readdir(join(resourcesDir, 'backbones'))).filter((name) => name !== 'catalog.json').sort()

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'graft-fetch-'))
  resourcesDir = join(place, 'resources')
  await mkdir(join(resourcesDir, 'backbones'), { recursive: true })
  await writeFile(join(place, 'archive.tgz'), archive)
  await writeCatalog(entry('one'))
  await installNpm(copies())
})
afterEach(async () => {
  process.env['PATH'] = pathBefore
  await rm(place, { recursive: true })
})

// The stand-in for npm is a shell script.
describe.skipIf(process.platform === 'win32')('fetching a backbone', () => {
  test('it is missing, then fetched, then ready, and asking again does nothing', async () => {
    expect(() => backboneFiles({ resourcesDir }, 'one')).toThrow(StudioError)
    const steps: string[] = []
    const progress = (step: string, done: number, total: number | null) => void steps.push(`${step} ${done}/${total}`)
    expect(await fetchBackbone('one', { resourcesDir, log, convert, progress })).toEqual({ fetched: true })
    expect(steps.at(0)).toBe(`downloading 0/${archive.length}`)
    expect(steps.at(-1)).toBe('converting 1/1')
    expect(backboneFiles({ resourcesDir }, 'one')).toMatchObject({ id: 'one', hash: sha256(network), inputSizePx: 16, featureDim: 6 })
    await installNpm('exit 1')
    expect(await fetchBackbone('one', { resourcesDir, log, convert })).toEqual({ fetched: false })
    expect(await left()).toEqual(['one'])
  })

  test('an archive that is not the one of the catalog is refused and leaves nothing', async () => {
    await writeFile(join(place, 'archive.tgz'), gzipSync(tarFile([tarEntry('package/model/weights.bin', Buffer.from('other weights'))])))
    await expect(fetchBackbone('one', { resourcesDir, log, convert })).rejects.toMatchObject({ code: 'HASH_MISMATCH' })
    expect(await left()).toEqual([])
  })

  test('a file with another content inside a known archive is refused', async () => {
    await writeCatalog(
      entry('one', { files: [{ path: 'package/model/weights.bin', name: 'w', sizeBytes: weights.length, sha256: '0'.repeat(64) }] }),
    )
    await expect(fetchBackbone('one', { resourcesDir, log, convert })).rejects.toMatchObject({ code: 'HASH_MISMATCH' })
  })

  test('a conversion that gives another network than the catalog says is refused', async () => {
    await writeCatalog(entry('one', { networkSha256: '1'.repeat(64) }))
    await expect(fetchBackbone('one', { resourcesDir, log, convert })).rejects.toMatchObject({ code: 'HASH_MISMATCH' })
    expect(await left()).toEqual([])
  })

  test('what npm says is the reason, and the next source is tried', async () => {
    await installNpm('echo "npm error code E404" >&2; echo "npm error 404 Not Found - no-such-network" >&2; exit 1')
    const failed = fetchBackbone('one', { resourcesDir, log, convert })
    await expect(failed).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      details: { reason: expect.stringContaining('404 Not Found') as string },
    })

    await writeCatalog(entry('one', { sources: [npmSource('gone'), npmSource('a-network')] }))
    await installNpm(`case "$2" in gone@*) exit 1;; *) ${copies()};; esac`)
    expect(await fetchBackbone('one', { resourcesDir, log, convert })).toEqual({ fetched: true })
  })

  test('a machine without npm is told so', async () => {
    process.env['PATH'] = join(place, 'nowhere')
    const failed = fetchBackbone('one', { resourcesDir, log, convert })
    await expect(failed).rejects.toMatchObject({ details: { reason: expect.stringContaining('npm is not on this machine') as string } })
  })

  test('a cancel ends the download at once and leaves nothing', async () => {
    await installNpm(`echo > "${join(place, 'began')}"; exec sleep 600`)
    const abort = new AbortController()
    const began = watch(place)
    began.on('change', (_event, name) => name === 'began' && abort.abort())
    const fetching = fetchBackbone('one', { resourcesDir, log, convert, signal: abort.signal })
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' })
    began.close()
    expect(await left()).toEqual([])
  })

  test('a damaged network is replaced by a whole one', async () => {
    await fetchBackbone('one', { resourcesDir, log, convert })
    await writeFile(join(resourcesDir, 'backbones', 'one', 'tensors.bin'), Buffer.alloc(4))
    expect(() => backboneFiles({ resourcesDir }, 'one')).toThrow(/not complete/)
    expect(await fetchBackbone('one', { resourcesDir, log, convert })).toEqual({ fetched: true })
    expect(backboneFiles({ resourcesDir }, 'one').id).toBe('one')
    expect(await left()).toEqual(['one'])
    await writeFile(join(resourcesDir, 'backbones', 'one', 'tensors.bin'), Buffer.alloc(8, 1))
    expect(await fetchBackbone('one', { resourcesDir, log, convert })).toEqual({ fetched: true })
  })

  test('two that fetch the same at a time both end well', async () => {
    const both = [0, 1].map(() => fetchBackbone('one', { resourcesDir, log, convert }))
    await Promise.all(both)
    expect(backboneFiles({ resourcesDir }, 'one').id).toBe('one')
    expect(await left()).toEqual(['one'])
  })

  test('what a killed process left is cleared away', async () => {
    await mkdir(join(resourcesDir, 'backbones', '.fetching-999999999-abc'))
    await fetchBackbone('one', { resourcesDir, log, convert })
    expect(await left()).toEqual(['one'])
  })

  test('where the preferred one cannot be had, the fallback is the default, and before it any other', async () => {
    await writeCatalog(entry('first', { sources: [npmSource('gone')] }), entry('other'), entry('mobilenet-v2-035'))
    await installNpm(`case "$2" in gone@*) exit 1;; *) ${copies()};; esac`)
    expect(defaultBackbone(resourcesDir)).toBe('first')
    await expect(fetchBackbone('first', { resourcesDir, log, convert })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
    await fetchBackbone('other', { resourcesDir, log, convert })
    expect(defaultBackbone(resourcesDir)).toBe('other')
    await fetchBackbone('mobilenet-v2-035', { resourcesDir, log, convert })
    expect(defaultBackbone(resourcesDir)).toBe('mobilenet-v2-035')
    expect(listBackbones({ resourcesDir }).map(({ state, isDefault }) => [state, isDefault])).toEqual([
      ['missing', false],
      ['ready', false],
      ['ready', true],
    ])
  })
})

test('a backbone that nobody knows is told with those that are known', () => {
  expect(() => backboneFiles({ resourcesDir }, 'resnet')).toThrow(
    expect.objectContaining({ code: 'BACKBONE_UNKNOWN', details: { backbone: 'resnet', known: ['one'] } }),
  )
})

test('a download over an address is counted, and stops where it is longer than it may be', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/gone' ? 404 : 200
    response.end(archive)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const path = join(place, 'downloaded')
  const counts: number[] = []
  const options = { sizeBytes: archive.length, onBytes: (done: number) => void counts.push(done) }
  try {
    await downloadFile(`${base}/archive`, path, options)
    expect(await readFile(path)).toEqual(archive)
    expect(counts.at(-1)).toBe(archive.length)
    await expect(downloadFile(`${base}/archive`, path, { ...options, sizeBytes: 10 })).rejects.toThrow(/more than the expected 10 bytes/)
    await expect(downloadFile(`${base}/gone`, path, options)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      details: { reason: 'the server answered 404 Not Found' },
    })
  } finally {
    server.close()
    server.closeAllConnections()
  }
  await expect(downloadFile(`${base}/archive`, path, options)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
})

test('the catalog of the studio is well formed and its backbones are listed', async () => {
  const own = join(import.meta.dirname, '../../../../resources')
  await copyFile(join(own, 'backbones', 'catalog.json'), join(resourcesDir, 'backbones', 'catalog.json'))
  expect(listBackbones({ resourcesDir }).map(({ id, state }) => [id, state])).toEqual([
    ['efficientnet-lite0', 'missing'],
    ['mobilenet-v2-035', 'missing'],
    ['mobilenet-v1-100', 'missing'],
    ['efficientnet-lite1', 'missing'],
    ['efficientnet-lite2', 'missing'],
    ['resnet-50', 'missing'],
  ])
})
