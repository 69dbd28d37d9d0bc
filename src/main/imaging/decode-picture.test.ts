import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePicture, inspectPicture, type Picture } from './decode-picture.ts'
import { PictureProblem } from './picture-problem.ts'
import { drawJpeg, drawSoftPicture, meanDifference, toSharp, withClaimedSize } from './testing/drawn-pictures.ts'

async function decode(bytes: Buffer, shortSidePx = 4000): Promise<Picture> {
  return decodePicture(bytes, await inspectPicture(bytes), shortSidePx)
}

async function reasonOf(bytes: Buffer): Promise<string> {
  try {
    await decode(bytes)
    return 'none'
  } catch (error) {
    if (error instanceof PictureProblem) return error.reason
    throw error
  }
}

const soft = drawSoftPicture(120, 80)

describe('a picture is decoded', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('to the same looks from %s', async (format) => {
    const picture = await decode(
      await toSharp(soft)
        .toFormat(format, format === 'png' ? {} : { quality: 95 })
        .toBuffer(),
    )
    expect([picture.widthPx, picture.heightPx]).toEqual([120, 80])
    expect(meanDifference(picture.pixels, soft.pixels)).toBeLessThan(3)
  })

  // The fast decoder's transform is some 0.8 grey levels darker than the exact one; training and use go through the same one.
  test('by both decoders of JPEG alike', async () => {
    const jpeg = await drawJpeg(120, 80)
    const slow = await sharp(jpeg).raw().toBuffer()
    expect(meanDifference((await decode(jpeg)).pixels, slow)).toBeLessThan(1.5)
  })

  test('from the first frame of an animation', async () => {
    const frames = await Promise.all(
      [0, 3].map((seed) =>
        toSharp(drawSoftPicture(60, 40, seed))
          .png()
          .toBuffer(),
      ),
    )
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    expect((await sharp(gif).metadata()).pages).toBe(2)
    const picture = await decode(gif)
    expect([picture.widthPx, picture.heightPx]).toEqual([60, 40])
    expect(meanDifference(picture.pixels, drawSoftPicture(60, 40, 0).pixels)).toBeLessThan(6)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('upright from EXIF orientation %i', async (orientation) => {
    const stored = toSharp(soft).withMetadata({ orientation })
    const upright = await sharp(await stored.clone().png().toBuffer())
      .autoOrient()
      .raw()
      .toBuffer({ resolveWithObject: true })
    for (const bytes of [await stored.clone().jpeg({ quality: 95 }).toBuffer(), await stored.clone().png().toBuffer()]) {
      const header = await inspectPicture(bytes)
      const picture = await decode(bytes)
      expect([header.widthPx, header.heightPx]).toEqual([upright.info.width, upright.info.height])
      expect([picture.widthPx, picture.heightPx]).toEqual([upright.info.width, upright.info.height])
      expect(meanDifference(picture.pixels, upright.data)).toBeLessThan(3)
    }
  })

  test('from grey, CMYK and 16 bit to three bytes a pixel', async () => {
    const grey = await toSharp(soft).greyscale().raw().toBuffer()
    for (const bytes of [
      await toSharp(soft).greyscale().jpeg({ quality: 95 }).toBuffer(),
      await toSharp(soft).greyscale().png().toBuffer(),
    ]) {
      const { pixels } = await decode(bytes)
      expect(pixels.length).toBe(soft.pixels.length)
      expect(
        meanDifference(
          pixels.filter((_, i) => i % 3 === 1),
          grey,
        ),
      ).toBeLessThan(3)
    }
    const deep = await toSharp(soft).toColourspace('rgb16').png().toBuffer()
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    expect(meanDifference((await decode(deep)).pixels, soft.pixels)).toBeLessThan(1)
    // CMYK has fewer colours; red stays red.
    const red = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#c02020' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    expect((await sharp(red).metadata()).space).toBe('cmyk')
    const [r, g, b] = (await decode(red)).pixels
    expect(r! > 150 && g! < 80 && b! < 80).toBe(true)
  })

  test('on white where it is transparent', async () => {
    const clear = await sharp({ create: { width: 10, height: 10, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer()
    expect((await decode(clear)).pixels.every((value) => value === 255)).toBe(true)
  })

  test('to sRGB from another colour profile, and as it is from an sRGB one', async () => {
    const wide = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#30c040' } })
      .withIccProfile('p3')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer()
    expect((await inspectPicture(wide)).plainJpeg).toBe(false)
    const [r, g, b] = (await decode(wide)).pixels
    expect(Math.abs(r! - 0x30) + Math.abs(g! - 0xc0) + Math.abs(b! - 0x40)).toBeLessThan(9)
    const srgb = await toSharp(soft).withIccProfile('srgb').jpeg().toBuffer()
    expect((await inspectPicture(srgb)).plainJpeg).toBe(true)
  })

  test('with its short side reduced, never enlarged, and never to nothing', async () => {
    const small = await decode(await drawJpeg(900, 600), 100)
    expect([small.widthPx, small.heightPx]).toEqual([150, 100])
    const same = await decode(await drawJpeg(30, 20), 100)
    expect([same.widthPx, same.heightPx]).toEqual([30, 20])
    const strip = await decode(await toSharp(drawSoftPicture(40000, 2)).png().toBuffer(), 100)
    expect([strip.widthPx, strip.heightPx]).toEqual([16384, 1])
  })
})

describe('a file that is no good is told by its reason', () => {
  test('a JPEG that ends too early, wherever it ends', async () => {
    for (const jpeg of [await drawJpeg(200, 150), await drawJpeg(1200, 900), await toSharp(soft).jpeg({ progressive: true }).toBuffer()]) {
      for (const cut of [1, 2, 3, 50, Math.floor(jpeg.length / 2)]) {
        expect(await reasonOf(jpeg.subarray(0, jpeg.length - cut))).toBe('broken')
      }
      for (const length of [3, 20, 100]) expect(await reasonOf(jpeg.subarray(0, length))).toBe('broken')
    }
  })

  test.each([
    ['as it is', 200, 150, 400],
    ['made smaller', 900, 700, 200],
  ])('a JPEG that is damaged in its middle, decoded %s, with how much is lost', async (_, widthPx, heightPx, shortSidePx) => {
    const upright = await drawJpeg(widthPx, heightPx)
    const turned = await sharp(upright).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer()
    for (const jpeg of [upright, turned]) {
      const damaged = Buffer.from(jpeg)
      const from = Math.floor(jpeg.length / 2)
      // 0xfff1 is no marker of any table: the decoder gives up there.
      for (let at = from; at < from + 400; at += 2) damaged.writeUInt16BE(0xfff1, at)
      const header = await inspectPicture(damaged)
      await expect(decodePicture(damaged, header, shortSidePx)).rejects.toMatchObject({
        reason: 'broken',
        detail: expect.stringMatching(/^its data is damaged: \d\d % of the picture cannot be read$/) as unknown,
      })
    }
  })

  test('not a JPEG with an oddity that does no harm: it is decoded to the same pixels', async () => {
    const jpeg = await drawJpeg(900, 700)
    const sound = await decode(jpeg, 200)
    // Bytes between the picture and its end, as some cameras write them.
    const odd = Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0, 1, 2, 3, 4, 5]), jpeg.subarray(-2)])
    const decoded = await decode(odd, 200)
    expect(Buffer.from(decoded.pixels).equals(Buffer.from(sound.pixels))).toBe(true)
  })

  test.each(['png', 'webp', 'gif', 'tiff', 'avif'] as const)('half a file of %s', async (format) => {
    const bytes = await toSharp(drawSoftPicture(200, 150)).toFormat(format).toBuffer()
    expect(await reasonOf(bytes.subarray(0, Math.floor(bytes.length / 2)))).toBe('broken')
  })

  test('a header of 60,000 x 60,000 pixels, before any memory is taken', async () => {
    const huge = withClaimedSize(await drawJpeg(40, 30), 60000, 60000)
    const before = process.memoryUsage().rss
    await expect(inspectPicture(huge)).rejects.toMatchObject({
      reason: 'too-large',
      detail: '60000 x 60000 pixels; up to 268 million are read',
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
    const png = await toSharp(drawSoftPicture(20, 20)).png().toBuffer()
    png.writeUInt32BE(60000, 16)
    png.writeUInt32BE(60000, 20)
    expect(['too-large', 'broken']).toContain(await reasonOf(png))
  })

  test('nothing, text, noise and HEIC', async () => {
    expect(await reasonOf(Buffer.alloc(0))).toBe('empty')
    expect(await reasonOf(Buffer.from('no picture'))).toBe('not-a-picture')
    expect(await reasonOf(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(500, 7)]))).toBe('broken')
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'.padEnd(200, '\0'), 'latin1')
    const canDecode = sharp.format.heif.input.fileSuffix?.includes('.heic') === true
    expect(await reasonOf(heic)).toBe(canDecode ? 'broken' : 'unsupported')
  })
})
