import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { networkInput } from '../../../resources/export-kits/network-input.js'
import { FastNetworkInput, fastNetworkInput } from './fast-network-input.ts'
import pillow from './reference/network-input.json' with { type: 'json' }
import { drawPicture, meanDifference } from './testing/drawn-pictures.ts'

const sizes = fc.record({
  widthPx: fc.integer({ min: 1, max: 300 }),
  heightPx: fc.integer({ min: 1, max: 300 }),
  sizePx: fc.integer({ min: 1, max: 64 }),
})

/** The filter from its formula, in real numbers. */
function exactly(pixels: Uint8Array, widthPx: number, heightPx: number, sizePx: number): number[] {
  const side = Math.min(widthPx, heightPx)
  const [left, top] = [(widthPx - side) >> 1, (heightPx - side) >> 1]
  const reach = Math.max(1, side / sizePx)
  const taps = Array.from({ length: sizePx }, (_, out) => {
    const centre = ((out + 0.5) * side) / sizePx
    const weights = Array.from({ length: side }, (_, i) => ({ i, weight: 1 - Math.abs(i + 0.5 - centre) / reach })).filter(
      ({ weight }) => weight > 0,
    )
    const sum = weights.reduce((total, { weight }) => total + weight, 0)
    return weights.map(({ i, weight }) => ({ i, weight: weight / sum }))
  })
  return Array.from({ length: sizePx * sizePx * 3 }, (_, at) => {
    const [x, y, c] = [Math.floor(at / 3) % sizePx, Math.floor(at / 3 / sizePx), at % 3]
    let sum = 0
    for (const row of taps[y]!)
      for (const column of taps[x]!) sum += row.weight * column.weight * pixels[((top + row.i) * widthPx + left + column.i) * 3 + c]!
    return sum
  })
}

describe('what the network sees', () => {
  test.each(pillow.cases)('is what Pillow makes of $widthPx x $heightPx at $sizePx px, within one grey level', (reference) => {
    const { pixels, widthPx, heightPx } = drawPicture(reference.widthPx, reference.heightPx)
    const ours = networkInput(pixels, widthPx, heightPx, reference.sizePx)
    const theirs = Buffer.from(reference.pixels, 'base64')
    expect(Math.max(...ours.map((value, index) => Math.abs(value - theirs[index]!)))).toBeLessThanOrEqual(1)
    // Pillow also rounds to bytes between its two passes, which is where the rest comes from.
    expect(meanDifference(ours, theirs)).toBeLessThan(0.35)
  })

  test.each(pillow.cases)(
    'is the triangle filter of $widthPx x $heightPx at $sizePx px, but for rounding',
    ({ widthPx, heightPx, sizePx }) => {
      const { pixels } = drawPicture(widthPx, heightPx)
      const ours = networkInput(pixels, widthPx, heightPx, sizePx)
      const exact = exactly(pixels, widthPx, heightPx, sizePx)
      expect(Math.max(...ours.map((value, index) => Math.abs(value - exact[index]!) * 1000))).toBeLessThan(530)
    },
  )

  property.prop([sizes, fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255))])(
    'of one colour is that colour',
    ({ widthPx, heightPx, sizePx }, colour) => {
      const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => colour[i % 3]!)
      const seen = networkInput(pixels, widthPx, heightPx, sizePx)
      expect(seen).toEqual(Uint8Array.from({ length: sizePx * sizePx * 3 }, (_, i) => colour[i % 3]!))
    },
  )

  property.prop([sizes, fc.nat()])('is computed by the fast kernels bit for bit', ({ widthPx, heightPx, sizePx }, seed) => {
    let state = seed
    const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 24 > 127 ? 255 : state >>> 24
    })
    const fast = new Uint8Array(sizePx * sizePx * 3)
    fastNetworkInput(sizePx).into(fast, widthPx, heightPx, (target) => target.set(pixels))
    expect(Buffer.compare(fast, networkInput(pixels, widthPx, heightPx, sizePx))).toBe(0)
  })

  test('is the same from kernels that have met larger pictures before', () => {
    const used = new FastNetworkInput(40)
    for (const [widthPx, heightPx] of [
      [900, 700],
      [30, 20],
      [384, 512],
      [41, 40],
    ] as const) {
      const { pixels } = drawPicture(widthPx, heightPx)
      const fast = new Uint8Array(40 * 40 * 3)
      used.into(fast, widthPx, heightPx, (target) => target.set(pixels))
      expect(Buffer.compare(fast, networkInput(pixels, widthPx, heightPx, 40))).toBe(0)
    }
  })

  test('stays as it is where nothing has to be resized', () => {
    const { pixels } = drawPicture(50, 50)
    expect(networkInput(pixels, 50, 50, 50)).toEqual(pixels)
  })

  test('does not depend on what lies outside the centre square', () => {
    const wide = drawPicture(120, 50)
    const changed = wide.pixels.map((value, index) => {
      const x = Math.floor(index / 3) % 120
      return x < 35 || x >= 85 ? 255 - value : value
    })
    expect(networkInput(changed, 120, 50, 20)).toEqual(networkInput(wide.pixels, 120, 50, 20))
  })

  test('is refused for bytes that are not a picture of the size that is said', () => {
    expect(() => networkInput(new Uint8Array(10), 2, 2, 2)).toThrow('10 bytes are not a picture of 2 x 2 x 3')
  })
})
