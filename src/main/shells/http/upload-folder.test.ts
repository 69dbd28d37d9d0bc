import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { fc, test } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sentName } from '../../core/images/sent-name.ts'
import { safeSegments } from '../../core/safe-path.ts'
import { openUploadFolder, type UploadFolder } from './upload-folder.ts'

const bytes = (text: string): Readable => Readable.from([Buffer.from(text)])
const silent = { info: () => undefined, error: () => undefined }
const drop = 'drop-0001'
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

describe('files that a browser sends', () => {
  it('keep their folders, and the topmost one is what to import', async () => {
    const first = await uploads.take(drop, 'pets/cat/1.jpg', bytes('one'))
    const second = await uploads.take(drop, 'pets/dog/1.jpg', bytes('two'))
    expect(first.top).toBe(second.top)
    expect(relative(uploads.root, first.top)).toBe(join(drop, 'pets'))
    expect(readFileSync(join(first.top, 'cat/1.jpg'), 'utf8')).toBe('one')
    expect(readFileSync(join(first.top, 'dog/1.jpg'), 'utf8')).toBe('two')
  })

  it('are known by the names that they had there', async () => {
    const inFolder = await uploads.take(drop, 'pets/cat/1.jpg', bytes('one'))
    const loose = await uploads.take(drop, 'a.jpg', bytes('two'))
    expect([inFolder, loose].map(({ file }) => sentName(file))).toEqual(['pets/cat/1.jpg', 'a.jpg'])
    expect(sentName('/home/ada/uploads/2024/cat/1.jpg')).toBeNull()
  })

  it('that lie loose answer for themselves, and two of one name are both kept', async () => {
    const first = await uploads.take(drop, 'a.jpg', bytes('one'))
    const second = await uploads.take(drop, 'a.jpg', bytes('two'))
    expect([readFileSync(first.top, 'utf8'), readFileSync(second.top, 'utf8')]).toEqual(['one', 'two'])
    expect(second.top).toMatch(/a \(2\)\.jpg$/)
  })

  it.each(['../x.jpg', 'a/../../x.jpg', '/etc/passwd', 'C:\\x.jpg', '..\\x.jpg', 'a//b.jpg', './x.jpg', '', 'a/\0.jpg', 'a/...'])(
    'cannot leave their folder: %j is refused',
    async (path) => {
      await expect(uploads.take(drop, path, bytes('x'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      expect(readdirSync(dataDir)).toEqual(['uploads'])
    },
  )

  it('cannot follow a symbolic link out of it', async () => {
    const outside = join(dataDir, 'outside')
    mkdirSync(outside)
    mkdirSync(join(uploads.root, drop))
    symlinkSync(outside, join(uploads.root, drop, 'link'))
    await expect(uploads.take(drop, 'link/x.jpg', bytes('x'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(readdirSync(outside)).toEqual([])
  })

  it('need a drop of a harmless form', async () => {
    for (const wrong of ['', '..', 'a/b-0000000', 'UPPER-0001', 'x'.repeat(65)]) {
      await expect(uploads.take(wrong, 'a.jpg', bytes('x'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })

  it('that break off leave nothing', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('some')
      throw new Error('the line went dead')
    }
    await expect(uploads.take(drop, 'broken.jpg', broken())).rejects.toThrow('the line went dead')
    expect(readdirSync(join(uploads.root, drop))).toEqual([])
  })

  it('are gone when the server closes, and those of a process that died are gone at the next start', async () => {
    await uploads.take(drop, 'a.jpg', bytes('x'))
    const leftover = join(dataDir, 'uploads', '999999999-dead')
    mkdirSync(leftover)
    writeFileSync(join(leftover, 'x'), 'x')
    const another = await openUploadFolder(dataDir, silent)
    expect(existsSync(leftover)).toBe(false)
    expect(existsSync(uploads.root)).toBe(true)
    await another.close()
    await uploads.close()
    expect(readdirSync(join(dataDir, 'uploads'))).toEqual([])
  })
})

describe('names of uploaded files', () => {
  test.prop([fc.string({ unit: 'binary', maxLength: 400 })])('are safe whatever was sent', (path) => {
    for (const name of safeSegments(path) ?? []) {
      expect(name).not.toMatch(/[/\\\p{Cc}<>:"|?*]|^\.{0,2}$|[. ]$/u)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(241)
    }
  })

  it('keep their extension when they are shortened, and no name of a Windows device', () => {
    expect(safeSegments(`${'ä'.repeat(300)}.jpeg`)?.[0]).toMatch(/^ä+\.jpeg$/)
    expect(safeSegments('con.jpg')).toEqual(['_con.jpg'])
    expect(safeSegments('a b (1)/Ünïcode 犬.jpg')).toEqual(['a b (1)', 'Ünïcode 犬.jpg'])
  })
})
