import { expect, test } from 'vitest'
import { augmentSimply } from './augment-simply.ts'
import { makeRandom } from './seeded-random.ts'

const sizePx = 20
/** Every pixel another colour. */
const picture = Uint8Array.from({ length: sizePx * sizePx * 3 }, (_, at) => (at * 7) % 256)

/** Answers the next of these numbers; the neutral ones change nothing. */
function drawn(...numbers: readonly number[]): () => number {
  const left = [...numbers]
  return () => left.shift() ?? 0.5
}
function look(...numbers: readonly number[]): Uint8Array {
  const target = new Uint8Array(picture.length)
  augmentSimply(picture, sizePx, target, drawn(...numbers))
  return target
}
const pixel = (pixels: Uint8Array, x: number, y: number): readonly number[] => [
  ...pixels.subarray((y * sizePx + x) * 3, (y * sizePx + x) * 3 + 3),
]

test('with neutral numbers it is the picture itself', () => {
  expect(look(0.5, 0.5, 0.5, 0.5, 0.5)).toEqual(picture)
})

test('it is mirrored', () => {
  const mirrored = look(0)
  for (const [x, y] of [
    [0, 0],
    [3, 11],
    [19, 19],
  ] as const)
    expect(pixel(mirrored, x, y)).toEqual(pixel(picture, sizePx - 1 - x, y))
})

test('it is moved by up to a tenth, and the edge is repeated', () => {
  const moved = look(0.5, 1, 1)
  expect(pixel(moved, 10, 10)).toEqual(pixel(picture, 8, 8))
  expect(pixel(moved, 0, 0)).toEqual(pixel(picture, 0, 0))
  expect(pixel(moved, 1, 15)).toEqual(pixel(picture, 0, 13))
})

test('it is brighter, or has more contrast, and stays within bytes', () => {
  const brighter = look(0.5, 0.5, 0.5, 1)
  for (const [at, tone] of picture.entries()) expect(brighter[at]).toBe(Math.min(255, tone + 25))
  const stronger = look(0.5, 0.5, 0.5, 0.5, 1)
  for (const [at, tone] of picture.entries()) expect(stronger[at]).toBe(Math.max(0, Math.min(255, Math.round((tone - 128) * 1.2 + 128))))
})

test('the same seed gives the same look', () => {
  const [first, second] = [new Uint8Array(picture.length), new Uint8Array(picture.length)]
  augmentSimply(picture, sizePx, first, makeRandom(5))
  augmentSimply(picture, sizePx, second, makeRandom(5))
  expect(second).toEqual(first)
  expect(first).not.toEqual(picture)
})
