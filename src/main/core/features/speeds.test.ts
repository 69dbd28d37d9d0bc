import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCatalog } from '../backbones/catalog.ts'
import { checkoutResources } from '../testing/studio.ts'
import { expectExtraction, readSpeed, recordExtraction, recordSpeed } from './speeds.ts'

const catalog = readCatalog(checkoutResources)
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

test('a network that was never measured is expected to do as many operations a second as the one nearest to it in size', () => {
  const [large, small] = [catalog.find(({ id }) => id === 'mobilenet-v1-100')!, catalog.find(({ id }) => id === 'mobilenet-v2-035')!]
  expect(expectExtraction(place, catalog, large.id)).toBeNull()
  recordExtraction(place, small.id, 200)
  expect(expectExtraction(place, catalog, large.id)).toBeCloseTo((200 * small.megaMacs) / large.megaMacs)
  recordExtraction(place, 'efficientnet-lite0', 90)
  const middle = catalog.find(({ id }) => id === 'efficientnet-lite0')!
  expect(expectExtraction(place, catalog, large.id)).toBeCloseTo((90 * middle.megaMacs) / large.megaMacs)
  expect(expectExtraction(place, catalog, small.id)).toBe(200)
})
