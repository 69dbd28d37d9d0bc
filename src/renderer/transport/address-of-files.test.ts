import { readFileSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SkippedFile } from '../../main/contract/images.ts'
import { uploadLimits } from '../../main/contract/uploads.ts'
import { testStudio, type TestStudio } from '../../main/core/testing/studio.ts'
import { openHttpDoor, type HttpDoor } from '../../main/shells/http/http-door.ts'
import { addressOfEach, addressOfFiles } from './address-of-files.ts'

let studio: TestStudio
let door: HttpDoor
/** Bytes of every request that reached the server. */
let requests: number[]

beforeEach(async () => {
  studio = await testStudio()
  door = await openHttpDoor({ studio, page: studio.folder, port: 0, log: studio.context.log })
  requests = []
  const nodeFetch = globalThis.fetch
  // What a browser adds by itself: the server of the page, its cookie, and that it reads the files of the body only now.
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const bytes = await (init.body as Blob).arrayBuffer().catch(() => Promise.reject(new TypeError('Failed to fetch')))
    requests.push(bytes.byteLength)
    return nodeFetch(`http://127.0.0.1:${door.port}${address}`, {
      ...init,
      body: bytes,
      headers: { 'content-type': 'application/octet-stream', cookie: `graft-${door.port}=${door.token}` },
    })
  })
  vi.stubGlobal('window', {})
  vi.stubGlobal('DataTransfer', EventTarget)
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await door.close()
  await studio.close()
})

const file = (path: string, sizeBytes: number): File => {
  const made = new File([new Uint8Array(sizeBytes)], path.split('/').at(-1) ?? '')
  return Object.defineProperty(made, 'webkitRelativePath', { value: path.includes('/') ? path : '' })
}
const noHold = (): Promise<never> => Promise.reject(new Error('a browser sends its files'))
const list = (files: readonly File[]): FileList => files as unknown as FileList
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((each) => (each.isFile() ? [each.name] : []))

describe('files that a browser sends', () => {
  it('go in batches of bounded bytes and number, and their progress counts all of them', async () => {
    const files = Array.from({ length: 1500 }, (_, index) => file(`photos/${index % 2 === 0 ? 'cat' : 'dog'}/${index}.jpg`, 20_000))
    const told: (readonly [number, number])[] = []
    const paths = await addressOfFiles(list([...files, file('loose.jpg', 9_000_000)]), noHold, {
      onProgress: (done, total) => told.push([done, total]),
    })
    expect(paths.map((path) => path.split('/').at(-1))).toEqual(['photos', 'loose.jpg'])
    expect(filesIn(paths[0] ?? '')).toHaveLength(1500)
    expect(requests).toHaveLength(Math.ceil(1500 / uploadLimits.requestFiles) + 1)
    const headsBytes = uploadLimits.requestFiles * 100
    expect(requests.filter((bytes) => bytes > uploadLimits.requestBytes + headsBytes)).toHaveLength(1)
    expect(told).toHaveLength(requests.length)
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b))
    expect(told.at(-1)).toEqual([1501, 1501])
  })

  it('and one that is too large is named and not sent, and the rest goes on', async () => {
    const huge = Object.defineProperty(file('photos/huge.tif', 10), 'size', { value: uploadLimits.fileBytes + 1 })
    const notSent: SkippedFile[] = []
    const told: number[] = []
    const paths = await addressOfFiles(list([file('photos/1.jpg', 10), huge, file('photos/2.jpg', 10)]), noHold, {
      onNotSent: (each) => notSent.push(each),
      onProgress: (done) => told.push(done),
    })
    expect(notSent).toMatchObject([{ file: 'photos/huge.tif', reason: 'too-large', detail: expect.stringContaining('1.1 GB') }])
    expect(filesIn(paths[0] ?? '').sort()).toEqual(['1.jpg', '2.jpg'])
    expect(told.at(-1)).toBe(3)
  })

  it('and one that was deleted meanwhile is named, and the others of its batch are sent once', async () => {
    const gone = file('photos/gone.jpg', 10)
    const unreadable = (): Promise<never> => Promise.reject(new DOMException('gone', 'NotFoundError'))
    Object.defineProperty(gone, 'slice', { value: () => ({ arrayBuffer: unreadable }) })
    const blob = globalThis.Blob
    // A blob with that file in it cannot be read as long as the file is in it.
    vi.stubGlobal(
      'Blob',
      class extends blob {
        constructor(parts: BlobPart[], options?: BlobPropertyBag) {
          super(parts, options)
          if (parts.includes(gone)) Object.defineProperty(this, 'arrayBuffer', { value: unreadable })
        }
      },
    )
    const notSent: SkippedFile[] = []
    const paths = await addressOfFiles(list([file('photos/1.jpg', 10), gone, file('photos/2.jpg', 10)]), noHold, {
      onNotSent: (each) => notSent.push(each),
    })
    expect(notSent).toMatchObject([{ file: 'photos/gone.jpg', reason: 'unreadable' }])
    expect(filesIn(paths[0] ?? '').sort()).toEqual(['1.jpg', '2.jpg'])
  })

  it('with a path that the server refuses are named, and the rest goes on', async () => {
    const notSent: SkippedFile[] = []
    const deep = `${'a/'.repeat(40)}1.jpg`
    const paths = await addressOfFiles(list([file(deep, 10), file('photos/2.jpg', 10)]), noHold, {
      onNotSent: (each) => notSent.push(each),
    })
    expect(notSent).toMatchObject([{ file: deep, reason: 'unreadable' }])
    expect(paths.map((path) => path.split('/').at(-1))).toEqual(['photos'])
  })

  it('are not sent where the server is gone: that is said, and not blamed on a file', async () => {
    await door.close()
    const notSent: SkippedFile[] = []
    const sending = addressOfFiles(list([file('photos/1.jpg', 10)]), noHold, { onNotSent: (each) => notSent.push(each) })
    await expect(sending).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    expect(notSent).toEqual([])
  })

  it('stop when the sender cancels, and nothing more is sent', async () => {
    const abort = new AbortController()
    const files = Array.from({ length: 10 }, (_, index) => file(`${index}.jpg`, 6_000_000))
    const sending = addressOfFiles(list(files), noHold, { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(sending).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(requests.length).toBeLessThan(10)
  })
})

describe('files that are asked about one by one', () => {
  it('have one answer each, in their order, also where two have one name and one is not sent', async () => {
    const huge = Object.defineProperty(file('huge.tif', 10), 'size', { value: uploadLimits.fileBytes + 1 })
    const paths = await addressOfEach([file('1.jpg', 10), huge, file('2.jpg', 10), file('1.jpg', 10)], noHold)
    expect(paths.map((path) => path?.split('/').at(-1) ?? null)).toEqual(['1.jpg', null, '2.jpg', '1 (2).jpg'])
  })

  it('are their own paths in Electron, and a pasted picture is held by the studio', async () => {
    vi.stubGlobal('window', { graft: { pathForFile: ({ name }: File) => (name === '1.jpg' ? '/photos/1.jpg' : '') } })
    const pasted = new File([new Uint8Array(70_000).fill(7)], '../Ünlu: image?.png')
    const paths = await addressOfEach([file('1.jpg', 10), pasted], (picture) => studio.client.images.hold(picture))
    expect(paths[0]).toBe('/photos/1.jpg')
    expect(paths[1]?.split('/').at(-1)).toBe('Ünlu image.png')
    expect(readFileSync(paths[1] ?? '')).toEqual(Buffer.alloc(70_000, 7))
  })
})
