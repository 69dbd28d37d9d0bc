import { expect, test } from 'vitest'
import { HeldKey, type FrameClock } from './held-key.ts'

const frameMs = 16

/** A page that draws a frame every 16 ms, in time that the test lets pass. */
function page(isReady: (step: number) => boolean = () => true) {
  let nowMs = 0
  let frame: (() => void) | null = null
  const clock: FrameClock = {
    now: () => nowMs,
    nextFrame: (callback) => {
      frame = callback
      return () => (frame = null)
    },
  }
  const moves: { readonly step: number; readonly atMs: number }[] = []
  const held = new HeldKey({ move: (step) => moves.push({ step, atMs: nowMs }), isReady }, clock)
  const pass = (ms: number) => {
    for (const end = nowMs + ms; nowMs < end;) {
      nowMs += frameMs
      const due = frame
      frame = null
      due?.()
    }
  }
  return { held, moves, pass }
}
const right = { code: 'ArrowRight', repeat: false }

test('a key that is pressed once goes on by one photo, however the system repeats it', () => {
  const { held, moves, pass } = page()
  held.press(right, 1)
  for (let repeat = 0; repeat < 20; repeat++) held.press({ ...right, repeat: true }, 1)
  pass(300)
  held.release('ArrowRight')
  pass(2000)
  expect(moves).toEqual([{ step: 1, atMs: 0 }])
})

test('while a key is held ten photos pass in a second, and none after it was let go', () => {
  const { held, moves, pass } = page()
  held.press(right, -1)
  pass(350 + 2000)
  held.release('ArrowRight')
  const passed = moves.length
  pass(1000)
  expect(moves).toHaveLength(passed)
  expect(passed).toBeGreaterThanOrEqual(20)
  expect(passed).toBeLessThanOrEqual(22)
  const gaps = moves.slice(2).map(({ atMs }, index) => atMs - (moves[index + 1]?.atMs ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(100 + frameMs)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100 - frameMs)
  expect(moves.every(({ step }) => step === -1)).toBe(true)
})

test('a photo that is not there yet is waited for, and one that never comes is passed', () => {
  let isReady = false
  const { held, moves, pass } = page(() => isReady)
  held.press(right, 1)
  pass(350 + 600)
  expect(moves).toHaveLength(1)
  isReady = true
  pass(frameMs)
  expect(moves).toHaveLength(2)
  isReady = false
  pass(1000)
  expect(moves).toHaveLength(2)
  pass(300)
  expect(moves).toHaveLength(3)
})

test('another key ends it, and the release of one that is not held does not', () => {
  const { held, moves, pass } = page()
  held.press(right, 1)
  held.release('ArrowLeft')
  pass(500)
  const passed = moves.length
  expect(passed).toBeGreaterThan(1)
  held.press({ code: 'ArrowLeft', repeat: false }, -1)
  pass(300)
  expect(moves.slice(passed).map(({ step }) => step)).toEqual([-1])
  held.release()
  pass(2000)
  expect(moves).toHaveLength(passed + 1)
})
