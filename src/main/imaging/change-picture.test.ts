import { fc } from '@fast-check/vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Augmentation, noAugmentation } from '../contract/augmentation.ts'
import { changePicture } from './change-picture.ts'
import { drawLook, lookOfVariant, type Look } from './drawn-look.ts'
import { makeRandom } from './seeded-random.ts'

const asItIs: Look = {
  ...{ mirrored: false, upsideDown: false, degrees: 0, side: 1, across: 0, down: 0 },
  ...{ brightness: 1, contrast: 1, saturation: 1, blur: 0, erased: null },
}
const length = 16 * 16 * 3

/** As the reference draws it. */
const picture = Uint8Array.from({ length }, (_, at) => {
  const [c, x, y] = [at % 3, Math.floor(at / 3) % 16, Math.floor(at / 48)]
  return Math.floor(127.5 + 90 * Math.sin(x * 0.7 + c) + 37 * Math.cos(y * (0.5 + 0.3 * c)))
})
function changed(look: Partial<Look>, from: Uint8Array = picture, sizePx = 16): Uint8Array {
  const target = new Uint8Array(from.length)
  changePicture(from, sizePx, { ...asItIs, ...look }, target)
  return target
}
const off = (one: Uint8Array, other: Uint8Array): number => Math.max(...one.map((value, at) => Math.abs(value - other[at]!)))

const references = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/changed-pictures.json'), 'utf8')) as readonly {
  readonly look: Partial<Look>
  readonly pixels: string
}[]

const settings = fc
  .record({
    ...{ flip: fc.boolean(), upsideDown: fc.boolean(), rotate: fc.integer({ min: 0, max: 180 }) },
    ...{ zoomIn: fc.float({ max: 0.5, min: 0, noNaN: true }), zoomOut: fc.float({ max: 1, min: 0, noNaN: true }) },
    ...{ brightness: fc.constantFrom(0, 0.3, 0.9), contrast: fc.constantFrom(0, 0.3, 0.9), saturation: fc.constantFrom(0, 1) },
    ...{ blur: fc.constantFrom(0, 0.05), erase: fc.constantFrom(0, 1) },
  })
  .map((drawn) => Augmentation.parse(drawn))
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe('a changed picture', () => {
  for (const { look, pixels } of references) {
    const isColour = 'brightness' in look || 'contrast' in look || 'saturation' in look
    // Pillow rounds after each of the three.
    test(`is what scipy and Pillow make of it: ${JSON.stringify(look)}`, () => {
      expect(off(changed(look), Uint8Array.from(Buffer.from(pixels, 'base64')))).toBeLessThanOrEqual(isColour ? 2 : 1)
    })
  }

  test('is the picture itself where nothing is changed, also in place', () => {
    expect(changed({})).toEqual(picture)
    const own = Uint8Array.from(picture)
    changePicture(own, 16, { ...asItIs, mirrored: true }, own)
    expect(own).toEqual(changed({ mirrored: true }))
  })

  test('is itself again when it is mirrored twice, or turned four times by a quarter', () => {
    expect(changed({ mirrored: true }, changed({ mirrored: true }))).toEqual(picture)
    expect(changed({ upsideDown: true }, changed({ upsideDown: true }))).toEqual(picture)
    let turned: Uint8Array = picture
    for (let times = 0; times < 4; times++) turned = changed({ degrees: 90 }, turned)
    expect(turned).toEqual(picture)
  })

  test('turned by a quarter has its left edge at the top', () => {
    const turned = changed({ degrees: 90 })
    for (const place of [0, 3, 15])
      expect([...turned.subarray((15 - place) * 3, (15 - place) * 3 + 3)]).toEqual([...picture.subarray(place * 48, place * 48 + 3)])
  })

  test('of one colour stays so under every geometry and blur, whatever is drawn', () => {
    const plain = new Uint8Array(length).fill(77)
    fc.assert(
      fc.property(settings, seeds, (drawn, seed) => {
        const look = drawLook({ ...drawn, brightness: 0, contrast: 0, saturation: 0, erase: 0 }, makeRandom(seed))
        expect(off(changed(look, plain), plain)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('that only moves has no tone beyond those of the picture', () => {
    const [least, most] = [Math.min(...picture), Math.max(...picture)]
    fc.assert(
      fc.property(settings, seeds, (drawn, seed) => {
        const result = changed(drawLook({ ...drawn, brightness: 0, contrast: 0, saturation: 0, erase: 0 }, makeRandom(seed)))
        expect([Math.min(...result) >= least, Math.max(...result) <= most]).toEqual([true, true])
      }),
      { numRuns: 60 },
    )
  })

  test('is the same for the same seed, and another for another', () => {
    const strong = Augmentation.parse({ flip: true, rotate: 30, zoomIn: 0.3, brightness: 0.3, erase: 1 })
    const look = (seed: number) => changed(drawLook(strong, makeRandom(seed)))
    expect(look(5)).toEqual(look(5))
    expect(off(look(5), look(6))).toBeGreaterThan(10)
    const [one, other] = [1, 2].map((variant) => lookOfVariant(strong, 'ab'.repeat(32), variant))
    expect(one).toEqual(lookOfVariant(strong, 'ab'.repeat(32), 1))
    expect(one).not.toEqual(other)
  })
})

describe('what is drawn', () => {
  test('changes nothing where nothing is asked for', () => {
    expect(changed(drawLook(noAugmentation, makeRandom(3)))).toEqual(picture)
  })

  test('stays within what was asked for, and does not depend on the other settings', () => {
    fc.assert(
      fc.property(settings, seeds, (drawn, seed) => {
        const look = drawLook(drawn, makeRandom(seed))
        expect(Math.abs(look.degrees)).toBeLessThanOrEqual(drawn.rotate)
        expect([look.side >= 1 - drawn.zoomIn - 1e-9, look.side <= 1 + drawn.zoomOut + 1e-9]).toEqual([true, true])
        expect(Math.abs(look.contrast - 1)).toBeLessThanOrEqual(drawn.contrast)
        expect(look.blur).toBeLessThanOrEqual(drawn.blur)
        expect(drawLook({ ...drawn, rotate: 0, blur: 0 }, makeRandom(seed))).toEqual({ ...look, degrees: look.degrees * 0, blur: 0 })
      }),
      { numRuns: 100 },
    )
  })

  test('covers as often and as much of a picture as Zhong et al. say, all of it inside', () => {
    const looks = Array.from({ length: 2000 }, (_, seed) => drawLook({ ...noAugmentation, erase: 0.5 }, makeRandom(seed)))
    const erased = looks.flatMap(({ erased: each }) => (each === null ? [] : [each]))
    expect(erased.length / looks.length).toBeGreaterThan(0.46)
    expect(erased.length / looks.length).toBeLessThan(0.54)
    for (const { left, top, width, height } of erased) {
      expect([left >= 0, top >= 0, left + width <= 1, top + height <= 1]).toEqual([true, true, true, true])
      expect(width * height).toBeGreaterThan(0.0199)
      expect(width * height).toBeLessThan(0.4001)
      expect(height / width).toBeGreaterThan(0.299)
      expect(height / width).toBeLessThan(3.34)
    }
  })

  test('covers with noise, and leaves the rest as it is', () => {
    const covered = changed({ erased: { left: 0.25, top: 0.5, width: 0.5, height: 0.25, seed: 4 } })
    const isInside = (at: number) => {
      const [x, y] = [Math.floor(at / 3) % 16, Math.floor(at / 48)]
      return x >= 4 && x < 12 && y >= 8 && y < 12
    }
    const differs = [...covered].filter((value, at) => value !== picture[at])
    expect([...covered].filter((value, at) => value !== picture[at] && !isInside(at))).toEqual([])
    expect(differs.length).toBeGreaterThan(80)
  })
})
