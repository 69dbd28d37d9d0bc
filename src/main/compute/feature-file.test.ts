import { fc, test as property } from '@fast-check/vitest'
import { createHash } from 'node:crypto'
import { existsSync, appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FeatureFile, type FeatureRow } from './feature-file.ts'

const dim = 5
const recordBytes = 32 + dim * 4 + 4
let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-features-'))
  path = join(folder, 'deeper', 'backbone.features')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hashOf = (n: number): string => createHash('sha256').update(String(n)).digest('hex')
const row = (n: number, shift = 0): FeatureRow => ({
  hash: hashOf(n),
  features: Float32Array.from({ length: dim }, (_, i) => n * 10 + i + shift),
})
const rows = (from: number, to: number): FeatureRow[] => Array.from({ length: to - from }, (_, i) => row(from + i))

describe('a feature file', () => {
  test('gives back what was written, in the order that is asked for, also to the next process', () => {
    const file = FeatureFile.open(path, dim)
    expect(file.has(hashOf(1))).toBe(false)
    file.append(rows(0, 3))
    file.append(rows(3, 7))
    const wanted = [5, 0, 6, 5, 2].map(hashOf)
    const expected = Float32Array.from([5, 0, 6, 5, 2].flatMap((n) => [...row(n).features]))
    expect(file.gather(wanted)).toEqual(expected)
    const again = FeatureFile.open(path, dim)
    expect(again.count).toBe(7)
    expect(again.gather(wanted)).toEqual(expected)
    expect(again.gather([])).toEqual(new Float32Array(0))
    expect(() => again.gather([hashOf(99)])).toThrow(hashOf(99))
  })

  test('has the bytes that its description says', () => {
    FeatureFile.open(path, dim).append([row(4)])
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(16 + recordBytes)
    expect(bytes.toString('latin1', 0, 8)).toBe('GRAFTFV1')
    expect(bytes.readUInt32LE(8)).toBe(dim)
    expect(bytes.toString('hex', 16, 48)).toBe(hashOf(4))
    expect(Array.from({ length: dim }, (_, i) => bytes.readFloatLE(48 + i * 4))).toEqual([...row(4).features])
  })

  test('torn at any byte of its last record, loses that record alone and can be written on', () => {
    FeatureFile.open(path, dim).append(rows(0, 3))
    const whole = readFileSync(path)
    for (let length = whole.length - recordBytes; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      const file = FeatureFile.open(path, dim)
      expect([0, 1, 2].map((n) => file.has(hashOf(n)))).toEqual([true, true, false])
      expect(statSync(path).size).toBe(whole.length - recordBytes)
      file.append([row(2)])
      expect(readFileSync(path)).toEqual(whole)
    }
  })

  test('torn within its header, or of another size of features, starts anew', () => {
    FeatureFile.open(path, dim).append(rows(0, 2))
    const whole = readFileSync(path)
    for (let length = 0; length < 16; length++) {
      writeFileSync(path, whole.subarray(0, length))
      const file = FeatureFile.open(path, dim)
      expect(file.count).toBe(0)
      file.append(rows(0, 2))
      expect(readFileSync(path)).toEqual(whole)
    }
    expect(FeatureFile.open(path, dim + 1).count).toBe(0)
  })

  property.prop([fc.nat(16 + 4 * recordBytes - 1), fc.integer({ min: 1, max: 255 })], { numRuns: 60 })(
    'with any one byte changed never gives a wrong number',
    (at, by) => {
      rmSync(path, { force: true })
      FeatureFile.open(path, dim).append(rows(0, 4))
      const bytes = readFileSync(path)
      bytes[at] = (bytes[at]! + by) % 256
      writeFileSync(path, bytes)
      const file = FeatureFile.open(path, dim)
      const damaged = at < 16 ? [0, 1, 2, 3] : [Math.floor((at - 16) / recordBytes)]
      for (let n = 0; n < 4; n++) {
        expect(file.has(hashOf(n))).toBe(!damaged.includes(n))
        if (file.has(hashOf(n))) expect(file.gather([hashOf(n)])).toEqual(row(n).features)
      }
      file.append(damaged.map((n) => row(n)))
      expect(FeatureFile.open(path, dim).gather([0, 1, 2, 3].map(hashOf))).toEqual(
        Float32Array.from(rows(0, 4).flatMap((r) => [...r.features])),
      )
    },
  )

  test('that ends in a page of zeros after a power cut is cut back', () => {
    FeatureFile.open(path, dim).append(rows(0, 2))
    const { size } = statSync(path)
    appendFileSync(path, Buffer.alloc(4096))
    expect(FeatureFile.open(path, dim).count).toBe(2)
    expect(statSync(path).size).toBe(size)
  })

  test('takes the newest of several records of an image', () => {
    const file = FeatureFile.open(path, dim)
    file.append([row(1), row(2), row(1, 0.5)])
    expect(file.gather([hashOf(1)])).toEqual(row(1, 0.5).features)
    expect(FeatureFile.open(path, dim).gather([hashOf(1)])).toEqual(row(1, 0.5).features)
  })

  test('knows when somebody else has changed or removed it', () => {
    const file = FeatureFile.open(path, dim)
    expect(file.isCurrent()).toBe(true)
    file.append(rows(0, 2))
    expect(file.isCurrent()).toBe(true)
    FeatureFile.open(path, dim).append(rows(2, 3))
    expect(file.isCurrent()).toBe(false)
    rmSync(path)
    expect(file.isCurrent()).toBe(false)
  })

  test('knows after writing to it what somebody else has taken out of it before', () => {
    const file = FeatureFile.open(path, dim)
    file.append(rows(0, 3))
    const bytes = readFileSync(path)
    bytes.fill(0, 16 + recordBytes, 16 + 2 * recordBytes)
    writeFileSync(path, bytes)
    utimesSync(path, 1, 1)
    file.append(rows(3, 4))
    expect([file.isCurrent(), ...[0, 1, 2, 3].map((n) => file.has(hashOf(n)))]).toEqual([true, true, false, true, true])
    file.append([row(1)])
    expect(file.gather([0, 1, 2, 3].map(hashOf))).toEqual(Float32Array.from(rows(0, 4).flatMap((r) => [...r.features])))
    rmSync(path)
    file.append(rows(4, 5))
    expect([file.has(hashOf(0)), FeatureFile.open(path, dim).count]).toEqual([false, 1])
  })

  test('of ten thousand images with 1,280 features each is opened and gathered whole', () => {
    const file = FeatureFile.open(path, 1280)
    const features = Float32Array.from({ length: 1280 }, (_, i) => i)
    for (let part = 0; part < 10; part++)
      file.append(
        Array.from({ length: 1000 }, (_, i) => ({ hash: hashOf(part * 1000 + i), features: features.map((value) => value + part) })),
      )
    const again = FeatureFile.open(path, 1280)
    const all = again.gather(Array.from({ length: 10_000 }, (_, n) => hashOf(n)))
    expect(all.length).toBe(12_800_000)
    expect([all[0], all[1279], all[9999 * 1280 + 3]]).toEqual([0, 1279, 12])
  })

  test('in a place that cannot be written to says so', () => {
    writeFileSync(join(folder, 'deeper'), 'a file where the folder should be')
    expect(() => FeatureFile.open(path, dim).append(rows(0, 1))).toThrow(expect.objectContaining({ code: 'NOT_WRITABLE' }))
  })

  test('in a project that was moved away says which folder is not there, and makes none in its place', () => {
    const gone = join(folder, 'gone.graft')
    const file = FeatureFile.open(join(gone, 'features', 'a.features'), dim)
    expect(() => file.append(rows(0, 1))).toThrow(expect.objectContaining({ code: 'FOLDER_NOT_FOUND', details: { path: gone } }))
    expect(existsSync(gone)).toBe(false)
  })

  test('that cannot be written whole counts as not written', () => {
    const file = FeatureFile.open(path, dim)
    file.append(rows(0, 2))
    truncateSync(path, 16 + recordBytes)
    expect(() => file.gather([hashOf(1)])).toThrow('ended')
    expect(() => file.append([{ hash: hashOf(9), features: new Float32Array(dim - 1) }])).toThrow('features of length 4 for a file of 5')
    expect(file.has(hashOf(9))).toBe(false)
  })
})
