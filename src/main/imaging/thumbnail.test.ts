import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { perceptualHash } from './perceptual-hash.ts'
import { drawPicture, drawSoftPicture, toSharp } from './testing/drawn-pictures.ts'
import { encodeThumbnail, shrinkToThumbnail } from './thumbnail.ts'

function bitsApart(a: string, b: string): number {
  let different = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let count = 0
  for (; different > 0n; different >>= 1n) count += Number(different & 1n)
  return count
}

describe('a thumbnail', () => {
  property.prop([fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 700 })], { numRuns: 30 })(
    'has a short side of 160 to 319 px, and every pixel is the mean of its block',
    (widthPx, heightPx) => {
      const picture = drawPicture(widthPx, heightPx)
      const thumbnail = shrinkToThumbnail(picture)
      const short = Math.min(widthPx, heightPx)
      const factor = Math.max(1, Math.floor(short / 160))
      const thumbnailShort = Math.min(thumbnail.widthPx, thumbnail.heightPx)
      expect(short < 160 ? thumbnailShort === short : thumbnailShort >= 160 && thumbnailShort < 320).toBe(true)
      for (let i = 0; i < 200; i++) {
        const at = (i * 7919) % thumbnail.pixels.length
        const [x, y, c] = [Math.floor(at / 3) % thumbnail.widthPx, Math.floor(at / 3 / thumbnail.widthPx), at % 3]
        let sum = 0
        for (let dy = 0; dy < factor; dy++)
          for (let dx = 0; dx < factor; dx++) sum += picture.pixels[((y * factor + dy) * widthPx + x * factor + dx) * 3 + c]!
        expect(thumbnail.pixels[at]).toBe(Math.floor(sum / factor ** 2 + 0.5))
      }
    },
  )

  test('is a JPEG of its size', async () => {
    const thumbnail = shrinkToThumbnail(drawSoftPicture(500, 375))
    const { default: sharp } = await import('sharp')
    expect(await sharp(await encodeThumbnail(thumbnail)).metadata()).toMatchObject({ format: 'jpeg', width: 250, height: 187 })
  })
})

describe('the perceptual hash', () => {
  test('says which field is brighter than its left neighbour, row by row', () => {
    const rising = { pixels: Uint8Array.from({ length: 90 * 80 * 3 }, (_, i) => Math.floor(i / 3) % 90), widthPx: 90, heightPx: 80 }
    const falling = { ...rising, pixels: rising.pixels.map((value) => 90 - value) }
    expect(perceptualHash(rising)).toBe('ffffffffffffffff')
    expect(perceptualHash(falling)).toBe('0000000000000000')
    const flat = { ...rising, pixels: rising.pixels.fill(7) }
    expect(perceptualHash(flat)).toBe('0000000000000000')
  })

  test('stays nearly the same when a picture is resized and saved again, and not from picture to picture', async () => {
    const { default: sharp } = await import('sharp')
    const original = drawSoftPicture(400, 300, 1)
    const again = await sharp(await toSharp(original).resize(280, 210).jpeg({ quality: 60 }).toBuffer())
      .raw()
      .toBuffer()
    const copy = { pixels: again, widthPx: 280, heightPx: 210 }
    expect(bitsApart(perceptualHash(original), perceptualHash(copy))).toBeLessThanOrEqual(4)
    expect(bitsApart(perceptualHash(original), perceptualHash(drawPicture(400, 300)))).toBeGreaterThan(12)
  })

  test('is there for pictures of one pixel', () => {
    expect(perceptualHash(drawSoftPicture(1, 1))).toMatch(/^[0-9a-f]{16}$/)
  })
})
