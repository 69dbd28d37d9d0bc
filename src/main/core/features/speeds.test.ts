import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSpeed, recordSpeed } from './speeds.ts'

let place: Parameters<typeof readSpeed>[0]
let said: string[]
beforeEach(() => {
  said = []
  const log = { info: () => undefined, error: (message: string) => void said.push(message) }
  place = { dataDir: mkdtempSync(join(tmpdir(), 'graft-speeds-')), log }
})
afterEach(() => rmSync(place.dataDir, { recursive: true, force: true }))

test('the newest speed counts, beside the others', () => {
  expect(readSpeed(place, 'walk')).toBeNull()
  recordSpeed(place, 'walk', 3)
  recordSpeed(place, 'run', 9)
  recordSpeed(place, 'walk', 5.5)
  expect([readSpeed(place, 'walk'), readSpeed(place, 'run')]).toEqual([5.5, 9])
})

test('a damaged file, or one that cannot be written, keeps nothing from going on', () => {
  writeFileSync(join(place.dataDir, 'speeds.json'), '{"walk": "fast"')
  expect(readSpeed(place, 'walk')).toBeNull()
  recordSpeed(place, 'walk', 4)
  expect(readSpeed(place, 'walk')).toBe(4)
  rmSync(place.dataDir, { recursive: true })
  recordSpeed(place, 'walk', 5)
  expect(said).toEqual(['a measured speed is not kept'])
})
