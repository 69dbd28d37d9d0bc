import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { flawLimits } from '../core/health/measure-rows.ts'
import type { Picture } from './decode-picture.ts'
import { measurePicture } from './measure-picture.ts'
import { decodePicture, inspectPicture } from './decode-picture.ts'
import { shrinkToThumbnail } from './thumbnail.ts'
import { makeWorkingCopy, decodeWorkingCopy } from './working-copy.ts'

interface Reference {
  readonly widthPx: number
  readonly heightPx: number
  readonly pictures: Readonly<Record<string, ReturnType<typeof measurePicture>>>
}
const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/measures.json'), 'utf8')) as Reference

/** The formulas of `reference/make_measures.py`. */
const formulas: Readonly<Record<string, (x: number, y: number) => number>> = {
  noise: (x, y) => (x * x * 31 + y * y * 17 + x * y * 7) % 256,
  soft: (x, y) => Math.abs(((x * 5 + y * 3) % 200) - 100) + 50,
  edges: (x, y) => ((Math.floor(x / 16) + Math.floor(y / 16)) % 2) * 200 + 20,
  lines: (x) => (Math.floor(x / 3) % 2) * 90 + 80,
}

function draw(widthPx: number, heightPx: number, value: (x: number, y: number) => number): Picture {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let at = 0; at < widthPx * heightPx; at++) pixels.fill(value(at % widthPx, Math.floor(at / widthPx)), at * 3, at * 3 + 3)
  return { pixels, widthPx, heightPx }
}

test.each(Object.keys(formulas))('measures what numpy and scipy measure: %s', (name) => {
  const { widthPx, heightPx, pictures } = reference
  const measured = measurePicture(draw(widthPx, heightPx, formulas[name]!))
  expect(measured.blur).toBeCloseTo(pictures[name]!.blur, 5)
  expect(measured.highlight).toBe(pictures[name]!.highlight)
  expect(measured.middleWhite).toBeCloseTo(pictures[name]!.middleWhite, 6)
})

/** A drawing with shapes of every size, of any resolution. */
function scene(sidePx: number): Sharp {
  const dots = Array.from({ length: 150 }, (_, index) => {
    const [x, y, r] = [(index * 37) % 100, (index * 61) % 75, 0.4 + (index % 9) * 0.5]
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${index * 47} 70% ${20 + (index % 7) * 10}%)"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 75" width="${(sidePx * 4) / 3}" height="${sidePx}">
    <rect width="100" height="75" fill="#88aabb"/>${dots.join('')}</svg>`
  return sharp(Buffer.from(svg)).flatten({ background: '#ffffff' })
}

async function measured(picture: Sharp) {
  const bytes = await picture.jpeg({ quality: 92 }).toBuffer()
  return measurePicture(shrinkToThumbnail(await decodePicture(bytes, await inspectPicture(bytes), 384)))
}

describe('a blurred photo', () => {
  test('is told at every resolution, and a sharp one never is', async () => {
    for (const sidePx of [240, 384, 900, 2400]) {
      const bitmap = await scene(sidePx).png().toBuffer()
      const soft = await sharp(bitmap)
        .blur(sidePx * 0.015)
        .toBuffer()
      expect((await measured(sharp(bitmap))).blur, `sharp, ${sidePx} px`).toBeLessThan(flawLimits.blurredAbove - 0.08)
      expect((await measured(sharp(soft))).blur, `blurred, ${sidePx} px`).toBeGreaterThan(flawLimits.blurredAbove)
    }
  })

  test('is told whatever its contrast is', async () => {
    const bitmap = await scene(900).png().toBuffer()
    const pale = sharp(bitmap).linear(0.3, 90)
    const soft = sharp(await sharp(bitmap).blur(13).toBuffer()).linear(0.3, 90)
    expect((await measured(pale)).blur).toBeLessThan(flawLimits.blurredAbove - 0.08)
    expect((await measured(soft)).blur).toBeGreaterThan(flawLimits.blurredAbove)
  })

  test('is measured from its working copy as at its import', async () => {
    const bytes = await scene(900).jpeg({ quality: 92 }).toBuffer()
    const { bytes: copy, source } = await makeWorkingCopy(bytes, await inspectPicture(bytes), 384)
    const later = measurePicture(shrinkToThumbnail(await decodeWorkingCopy(Buffer.from(copy))))
    expect(later.blur).toBeCloseTo(measurePicture(shrinkToThumbnail(source)).blur, 1)
  })
})

test('a picture of one colour is dark or bright as it is, and not called blurred', () => {
  expect(measurePicture(draw(40, 30, () => 255))).toEqual({ blur: 0, highlight: 255, middleWhite: 1 })
  expect(measurePicture(draw(400, 300, () => 0))).toEqual({ blur: 0, highlight: 0, middleWhite: 0 })
})

test('white around a subject does not count, white in it does', () => {
  const onWhite = draw(200, 150, (x, y) => (Math.hypot(x - 100, y - 75) < 60 ? 90 : 255))
  expect(measurePicture(onWhite).middleWhite).toBe(0)
  expect(measurePicture(draw(200, 150, (x) => (x < 100 ? 255 : 90))).middleWhite).toBeCloseTo(0.5, 1)
})

test.each([
  [8, 8],
  [8, 400],
  [9, 3000],
])('a picture of %i x %i px is measured', (widthPx, heightPx) => {
  const { blur } = measurePicture(draw(widthPx, heightPx, (x, y) => (x * 7 + y * 13) % 256))
  expect(blur).toBeGreaterThanOrEqual(0)
  expect(blur).toBeLessThanOrEqual(1)
})
