import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { platform } from 'node:process'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Prepared } from '../contract/worker/image-tasks.ts'
import { prepareImages } from './prepare-images.ts'
import { drawJpeg, drawSoftPicture, meanDifference, toSharp, withClaimedSize } from './testing/drawn-pictures.ts'
import { toNetworkInputs, writeNetworkInput } from './to-network-input.ts'
import { decodeWorkingCopy } from './working-copy.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-prepare-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const folders = (): { workingCopies: string; thumbnails: string; workingCopyPx: number } => ({
  workingCopies: join(root, 'copies'),
  thumbnails: join(root, 'thumbnails'),
  workingCopyPx: 384,
})
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const copyOf = (hash: string): Promise<Buffer> => readFile(join(root, 'copies', hash.slice(0, 2), `${hash}.jpg`))

async function write(name: string, bytes: Buffer): Promise<string> {
  const path = join(root, name)
  await writeFile(path, bytes)
  return path
}

async function prepare(paths: readonly string[], { anew = false } = {}): Promise<Prepared[]> {
  const events: Prepared[] = []
  const files = paths.map((path, index) => ({ index, path, anew }))
  await prepareImages({ files, folders: folders() }, { signal: new AbortController().signal, emit: (event) => events.push(event) })
  return events.sort((a, b) => a.index - b.index)
}

describe('preparing pictures', () => {
  test('takes the good ones and names each bad one with its reason', async () => {
    const jpeg = await drawJpeg(500, 375, 1)
    const paths = [
      await write('good.jpg', jpeg),
      await write('zero.jpg', Buffer.alloc(0)),
      await write('cut.jpg', (await drawJpeg(500, 375, 2)).subarray(0, 4000)),
      await write('text.jpg', Buffer.from('a letter')),
      await write('huge.jpg', withClaimedSize(await drawJpeg(40, 30, 3), 60000, 60000)),
      join(root, 'gone.jpg'),
      root,
      await write(
        'really-a-png.jpg',
        await toSharp(drawSoftPicture(50, 40, 4))
          .png()
          .toBuffer(),
      ),
    ]
    const events = await prepare(paths)
    expect(events.map((event) => (event.state === 'skipped' ? event.reason : event.state))).toEqual([
      'prepared',
      'empty',
      'broken',
      'not-a-picture',
      'too-large',
      'unreadable',
      'unreadable',
      'prepared',
    ])
    expect(events[0]).toMatchObject({
      image: { hash: sha256(jpeg), name: 'good.jpg', format: 'jpeg', widthPx: 500, heightPx: 375, sizeBytes: jpeg.length },
    })
    expect(events[7]).toMatchObject({ image: { name: 'really-a-png.jpg', format: 'png', widthPx: 50, heightPx: 40 } })
    expect(events.every((event) => event.state !== 'skipped' || (event.detail !== '' && !event.detail.includes('\n')))).toBe(true)
  })

  // Other systems allow no such name.
  test.runIf(platform === 'linux')('says of what cannot be opened why, in words', async () => {
    const named = Buffer.concat([Buffer.from(join(root, 'K')), Buffer.from([0xe4]), Buffer.from('fer.jpg')])
    await writeFile(named, await drawJpeg(50, 40))
    await symlink('ring.jpg', join(root, 'ring.jpg'))
    const events = await prepare([...(await readdir(root)).toSorted().map((name) => join(root, name)), join(root, 'gone.jpg')])
    expect(events.map((event) => (event.state === 'skipped' ? event.detail : event.state))).toEqual([
      'letters in its name, or in that of its folder, are written in a way that cannot be read; rename it',
      'it is a link that leads back to itself',
      'the file is not there',
    ])
  })

  test('takes no picture with a side of less than 8 px, upright or not, and every other one', async () => {
    const sizes = [
      [1, 1],
      [7, 400],
      [400, 7],
      [8, 8],
      [9, 8],
    ] as const
    const events = await prepare(
      await Promise.all(
        sizes.map(async ([widthPx, heightPx], index) => {
          const stored = toSharp(drawSoftPicture(widthPx, heightPx)).withMetadata({ orientation: 6 })
          return write(`${index}`, await (index % 2 === 0 ? stored.png() : stored.jpeg()).toBuffer())
        }),
      ),
    )
    expect(events.map((event) => (event.state === 'skipped' ? event.reason : event.state))).toEqual([
      'too-small',
      'too-small',
      'too-small',
      'prepared',
      'prepared',
    ])
    expect(events[1]).toMatchObject({ detail: '400 x 7 pixels; photos of 8 x 8 and more are taken' })
    expect(await readdir(join(root, 'copies'))).toHaveLength(3)
  })

  test('says the same of a file that is cut off, however many others are decoded beside it', async () => {
    const cut = await Promise.all(
      Array.from({ length: 24 }, async (_, seed) => write(`${seed}.jpg`, (await drawJpeg(500, 375, seed)).subarray(0, 3000 + 50 * seed))),
    )
    const events = await prepare(cut)
    expect(new Set(events.map((event) => (event.state === 'skipped' ? event.detail : event.state)))).toEqual(
      new Set(['its data is damaged or ends too early']),
    )
  })

  test('only hashes what has its copies, unless they are to be made anew, and what came before in the same request', async () => {
    const [first, second] = [await drawJpeg(60, 40, 1), await drawJpeg(60, 40, 2)]
    const broken = first.subarray(0, first.length - 300)
    const paths = await Promise.all([first, first, second, broken, broken].map((bytes, index) => write(`${index}.jpg`, bytes)))
    await prepare([await write('before.jpg', second)])
    const events = await prepare(paths)
    const ofFirst = [events[0]?.state, events[1]?.state].sort()
    expect(ofFirst).toEqual(['known', 'prepared'])
    expect(events[2]).toEqual({ index: 2, state: 'known', hash: sha256(second) })
    expect(events[3]).toMatchObject({ state: 'skipped', reason: 'broken' })
    expect(events[4]).toMatchObject({ state: 'skipped', reason: 'broken' })

    const torn = join(root, 'copies', sha256(second).slice(0, 2), `${sha256(second)}.jpg`)
    await writeFile(torn, '')
    expect(await prepare([paths[2] ?? ''], { anew: true })).toMatchObject([{ state: 'prepared' }])
    expect(Buffer.compare(await copyOf(sha256(second)), second)).toBe(0)
  })

  test('keeps a small upright JPEG byte for byte and makes an upright copy of 384 px of all others', async () => {
    const small = await drawJpeg(500, 375)
    const large = await drawJpeg(1600, 1200)
    const turned = await sharp(large).withMetadata({ orientation: 6 }).toBuffer()
    const events = await prepare([await write('s.jpg', small), await write('l.jpg', large), await write('t.jpg', turned)])
    expect(Buffer.compare(await copyOf(sha256(small)), small)).toBe(0)
    const sizes = await Promise.all([large, turned].map(async (bytes) => sharp(await copyOf(sha256(bytes))).metadata()))
    expect(sizes.map(({ width, height, orientation, chromaSubsampling }) => [width, height, orientation, chromaSubsampling])).toEqual([
      [512, 384, undefined, '4:4:4'],
      [384, 512, undefined, '4:4:4'],
    ])
    expect(events[2]).toMatchObject({ image: { widthPx: 1200, heightPx: 1600 } })
    const upright = await sharp(await sharp(turned).autoOrient().toBuffer())
      .resize(384, 512, { fit: 'fill' })
      .raw()
      .toBuffer()
    expect(meanDifference((await decodeWorkingCopy(await copyOf(sha256(turned)))).pixels, upright)).toBeLessThan(2)
  })

  test('knows a picture by its pixels in another kind of file, and with other words in it, and no other picture', async () => {
    for (const [widthPx, heightPx] of [
      [300, 200],
      [1000, 700],
    ] as const) {
      const picture = () => toSharp(drawSoftPicture(widthPx, heightPx, 3))
      const jpeg = await picture().jpeg().toBuffer()
      const files = [
        await picture().png().toBuffer(),
        await picture().tiff({ compression: 'lzw' }).toBuffer(),
        await picture().png({ palette: false, compressionLevel: 0 }).withMetadata({ density: 300 }).toBuffer(),
        // A larger one is made smaller while it is decoded.
        ...(widthPx === 300 ? [await picture().webp({ lossless: true }).toBuffer()] : []),
        jpeg,
        Buffer.concat([jpeg, Buffer.from('behind its end')]),
        await toSharp(drawSoftPicture(widthPx, heightPx, 4))
          .png()
          .toBuffer(),
        await toSharp(drawSoftPicture(heightPx, widthPx, 3))
          .png()
          .toBuffer(),
      ]
      const events = await prepare(await Promise.all(files.map((bytes, index) => write(`${widthPx}-${index}`, bytes))))
      const hashes = events.map((event) => (event.state === 'prepared' ? event.image.pixelHash : event.state))
      expect(new Set(hashes.slice(0, -4))).toEqual(new Set([hashes[0]]))
      expect(hashes.at(-4)).toBe(hashes.at(-3))
      expect(new Set([hashes[0], hashes.at(-4), hashes.at(-2), hashes.at(-1)]).size).toBe(4)
      for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/)
    }
  })

  test('tells pictures apart by one pixel that nobody sees in a thumbnail', async () => {
    const pixels = await toSharp(drawSoftPicture(640, 360, 3))
      .removeAlpha()
      .raw()
      .toBuffer()
    const write640 = async (name: string) =>
      write(
        name,
        await sharp(pixels, { raw: { width: 640, height: 360, channels: 3 } })
          .png()
          .toBuffer(),
      )
    const files = [await write640('one.png')]
    const at = 3 * (640 * 100 + 301)
    pixels.writeUInt8(pixels.readUInt8(at) ^ 1, at)
    files.push(await write640('other.png'))
    const images = (await prepare(files)).flatMap((event) => (event.state === 'prepared' ? [event.image] : []))
    const thumbnails = await Promise.all(images.map(({ hash }) => readFile(join(root, 'thumbnails', hash.slice(0, 2), `${hash}.jpg`))))
    expect(thumbnails[0]).toEqual(thumbnails[1])
    expect(images[0]?.pixelHash).not.toBe(images[1]?.pixelHash)
  })

  test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
    'stands a %s upright by its orientation, in copy and thumbnail',
    async (format) => {
      for (const orientation of [2, 3, 5, 6, 8]) {
        const stored = toSharp(drawSoftPicture(600, 400, orientation)).withMetadata({ orientation })
        const settings = { jpeg: { quality: 95 }, webp: { quality: 95 }, tiff: { quality: 95 }, avif: { quality: 95, effort: 0 }, png: {} }
        const bytes = await stored.toFormat(format, settings[format]).toBuffer()
        const [event] = await prepare([await write(`${format}-${orientation}`, bytes)])
        if (event?.state !== 'prepared') throw new Error(event?.state)
        const { hash, widthPx, heightPx } = event.image
        expect([widthPx, heightPx]).toEqual(orientation >= 5 ? [400, 600] : [600, 400])
        const upright = await sharp(bytes).autoOrient().png().toBuffer()
        for (const folder of ['copies', 'thumbnails']) {
          const file = await readFile(join(root, folder, hash.slice(0, 2), `${hash}.jpg`))
          expect((await sharp(file).metadata()).orientation ?? 1).toBe(1)
          const drawn = await sharp(file).raw().toBuffer({ resolveWithObject: true })
          const { width, height } = drawn.info
          expect(Math.sign(width - height)).toBe(Math.sign(widthPx - heightPx))
          const wanted = await sharp(upright).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer()
          expect(meanDifference(drawn.data, wanted)).toBeLessThan(3)
        }
      }
    },
  )

  test('gives the network the same for a file that is tried out as for the same file imported', async () => {
    const large = drawSoftPicture(1000, 700)
    const files = await Promise.all(
      [
        await drawJpeg(500, 375),
        await toSharp(large).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
        await toSharp(large).png().toBuffer(),
        await toSharp(drawSoftPicture(90, 200)).webp().toBuffer(),
        await toSharp(drawSoftPicture(90, 200)).greyscale().jpeg().toBuffer(),
      ].map((bytes, index) => write(`${index}.bin`, bytes)),
    )
    const prepared = await prepare(files)
    const tried = await toNetworkInputs({ files, workingCopyPx: 384, sizePx: 96 }, { signal: new AbortController().signal })
    for (const [index, event] of prepared.entries()) {
      if (event.state !== 'prepared') throw new Error(event.state)
      const imported = new Uint8Array(96 * 96 * 3)
      await writeNetworkInput(await copyOf(event.image.hash), 96, imported)
      expect(tried[index]).toEqual({ state: 'ready', pixels: imported, png: null })
    }
  })

  test('says of a file that is tried out why it cannot be read, and goes on', async () => {
    const files = [join(root, 'gone.jpg'), await write('text.png', Buffer.from('text')), await write('good.jpg', await drawJpeg(50, 40))]
    const answers = await toNetworkInputs({ files, workingCopyPx: 384, sizePx: 32 }, { signal: new AbortController().signal })
    expect(answers.map(({ state }) => state)).toEqual(['unreadable', 'unreadable', 'ready'])
  })

  test('leaves only whole files behind, under their hashes', async () => {
    const bytes = await Promise.all([1, 2, 3, 4].map((seed) => drawJpeg(70, 50, seed)))
    await prepare(await Promise.all(bytes.map((one, index) => write(`${index}.jpg`, one))))
    for (const folder of ['copies', 'thumbnails']) {
      const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
      const names = found.filter((entry) => entry.isFile()).map(({ name }) => name)
      expect(names.sort()).toEqual(bytes.map((one) => `${sha256(one)}.jpg`).sort())
    }
  })

  test('clears away what a process that was killed left half-written', async () => {
    const incoming = join(root, 'copies', '.incoming')
    await mkdir(incoming, { recursive: true })
    await writeFile(join(incoming, '1-left-over'), 'half')
    await prepare([await write('a.jpg', await drawJpeg(50, 40))])
    expect(await readdir(incoming)).toEqual([])
  })

  test('cancelled, finishes what is under way and takes no more', async () => {
    const paths = await Promise.all(Array.from({ length: 60 }, async (_, seed) => write(`${seed}.jpg`, await drawJpeg(60, 40, seed))))
    const abort = new AbortController()
    const events: Prepared[] = []
    const files = paths.map((path, index) => ({ index, path }))
    const emit = (event: Prepared): void => {
      events.push(event)
      abort.abort(new Error('enough'))
    }
    await expect(prepareImages({ files, folders: folders() }, { signal: abort.signal, emit })).rejects.toThrow('enough')
    expect(events.length).toBeLessThanOrEqual(8)
    for (const event of events) if (event.state === 'prepared') await expect(copyOf(event.image.hash)).resolves.toBeInstanceOf(Buffer)
  })

  test('a place that cannot be written to stops everything and is named', async () => {
    await writeFile(join(root, 'copies'), 'a file where the folder should be')
    const paths = [await write('a.jpg', await drawJpeg(50, 40))]
    await expect(prepare(paths)).rejects.toMatchObject({ code: 'NOT_WRITABLE', details: { path: join(root, 'copies') } })
    expect(basename(paths[0]!)).toBe('a.jpg')
  })

  test('a place whose folder is gone stops everything, is named, and is not made anew', async () => {
    const gone = join(root, 'gone.graft')
    const files = [{ index: 0, path: await write('a.jpg', await drawJpeg(50, 40)), anew: false }]
    const inside = { workingCopies: join(gone, 'copies'), thumbnails: join(gone, 'thumbnails'), workingCopyPx: 384 }
    const preparing = prepareImages({ files, folders: inside }, { signal: new AbortController().signal, emit: () => undefined })
    await expect(preparing).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND', details: { path: gone } })
    expect(await readdir(root)).toEqual(['a.jpg'])
  })
})
