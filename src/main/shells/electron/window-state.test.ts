import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readWindowState, writeWindowState, type WindowState } from './window-state.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const state: WindowState = { x: 40, y: 30, width: 1440, height: 900, maximised: false }
const log = { info: () => undefined, error: () => undefined }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-window-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('a window opens where it was', () => {
  expect(readWindowState(folder, [screen])).toBe(null)
  writeWindowState(folder, state, log)
  expect(readWindowState(folder, [screen])).toEqual(state)
})

it('a window whose screen is gone opens in the usual place', () => {
  writeWindowState(folder, { ...state, x: 2500 }, log)
  expect(readWindowState(folder, [screen])).toBe(null)
  expect(readWindowState(folder, [screen, { ...screen, x: 1920 }])).not.toBe(null)
  writeWindowState(folder, { ...state, y: -900 }, log)
  expect(readWindowState(folder, [screen])).toBe(null)
})

it('a window that has become larger than its screen is made to fit, and one that hangs over the edge stays', () => {
  const laptop = { x: 1920, y: 0, width: 1280, height: 720 }
  writeWindowState(folder, { ...state, x: 1950, y: 100, width: 1800, height: 1000 }, log)
  expect(readWindowState(folder, [screen, laptop])).toEqual({ ...state, x: 1920, y: 0, width: 1280, height: 720 })
  writeWindowState(folder, { ...state, x: -200 }, log)
  expect(readWindowState(folder, [screen])).toEqual({ ...state, x: -200 })
})

it.each(['', '{', '[]', '{"x":1}', '{"x":0,"y":0,"width":10,"height":10,"maximised":false}'])('a file that says %s is no place', (text) => {
  writeFileSync(join(folder, 'window.json'), text)
  expect(readWindowState(folder, [screen])).toBe(null)
})

it('a folder that cannot be written keeps no window from closing', () => {
  const told: string[] = []
  writeWindowState(join(folder, 'missing'), state, { info: () => undefined, error: (message) => told.push(message) })
  expect(told).toHaveLength(1)
})
