import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { uploadLimits } from '../../contract/uploads.ts'
import { receiveUploads } from './receive-uploads.ts'
import { openUploadFolder, type UploadFolder } from './upload-folder.ts'

const drop = 'drop-0001'
const silent = { info: () => undefined, error: () => undefined }
let dataDir: string
let uploads: UploadFolder
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'graft-uploads-'))
  uploads = await openUploadFolder(dataDir, silent)
})
afterEach(async () => {
  await uploads.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const entry = (path: string, bytes: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ path, sizeBytes: Buffer.byteLength(bytes) })}\n`), Buffer.from(bytes)])

/** The body as a line may bring it: cut where nobody thought of. */
async function* inPieces(body: Buffer, size: number, end?: Error): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
  if (end !== undefined) throw end
}
const kept = (): string[] =>
  readdirSync(uploads.root, { recursive: true, withFileTypes: true }).flatMap((each) => (each.isFile() ? [each.name] : []))

describe('files sent in one request', () => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), fc.integer({ min: 1, max: 300 })], { numRuns: 40 })(
    'arrive byte for byte, in order, however the line cuts them',
    async (contents, size) => {
      const body = Buffer.concat(contents.map((bytes, index) => entry(`${index}\n${'ü'.repeat(index)}.jpg`, Buffer.from(bytes))))
      const outcomes = await receiveUploads(uploads, drop, inPieces(body, size))
      expect(outcomes.map((outcome) => ('path' in outcome ? [...readFileSync(outcome.path)] : outcome))).toEqual(
        contents.map((each) => [...each]),
      )
    },
  )

  it('leave none behind when the line breaks off, so that they can be sent again', async () => {
    const body = Buffer.concat([entry('1.jpg', 'one'), entry('cats/2.jpg', 'two'), entry('3.jpg', 'three').subarray(0, -2)])
    await expect(receiveUploads(uploads, drop, inPieces(body, 10, new Error('the line went dead')))).rejects.toThrow('the line went dead')
    expect(kept()).toEqual([])
  })

  it.each([
    ['ends inside a file', Buffer.from('{"path":"2.jpg","sizeBytes":9}\nshort')],
    ['ends inside a head', Buffer.from('{"path":"2.jpg"')],
    ['has no head', Buffer.from('just bytes\n')],
    ['has a size that is none', Buffer.from('{"path":"2.jpg","sizeBytes":-1}\n')],
    ['has a file that is larger than any may be', Buffer.from(`{"path":"2.jpg","sizeBytes":${uploadLimits.fileBytes + 1}}\n`)],
    ['has a head without end', Buffer.alloc(uploadLimits.headBytes * 3, 'x')],
  ])('are refused with all the others where the body %s', async (_what, wrong) => {
    const body = Buffer.concat([entry('1.jpg', 'one'), wrong])
    await expect(receiveUploads(uploads, drop, inPieces(body, 64))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(kept()).toEqual([])
  })

  it('with a path that cannot be used are named, and the others are kept', async () => {
    const body = Buffer.concat([
      entry('1.jpg', 'one'),
      entry('../2.jpg', 'two\n{"path":"evil.jpg","sizeBytes":0}\n'),
      entry('3.jpg', 'three'),
    ])
    const outcomes = await receiveUploads(uploads, drop, inPieces(body, 7))
    expect(outcomes).toMatchObject([{}, { error: { code: 'INVALID_INPUT' } }, {}])
    expect(kept().sort()).toEqual(['1.jpg', '3.jpg'])
  })
})
