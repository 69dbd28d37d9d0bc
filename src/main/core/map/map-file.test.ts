import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectFiles } from '../project/project-files.ts'
import { forgetInMap, readMap, writeMap } from './map-file.ts'

const hash = (index: number): string => String(index).repeat(64)

test('photos that are taken off the map leave neither hash nor place, and all others theirs', () => {
  const root = mkdtempSync(join(tmpdir(), 'graft-map-'))
  try {
    const files = projectFiles(root)
    forgetInMap(files, new Set([hash(1)]))
    const positions = Float32Array.from([0, 1, 10, 11, 20, 21])
    const base64 = Buffer.from(positions.buffer).toString('base64')
    const map = { version: 1 as const, madeAtMs: 5, featuresKey: 'a', isSample: false, hashes: [0, 1, 2].map(hash), positions: base64 }
    writeMap(files, map)
    const { hashes } = readMap(files)!
    expect(readMap(files)?.hashes).toBe(hashes)
    forgetInMap(files, new Set([hash(1), hash(7)]))
    const left = Buffer.from(Float32Array.from([0, 1, 20, 21]).buffer).toString('base64')
    expect(readMap(files)).toEqual({ ...map, hashes: [hash(0), hash(2)], positions: left })
    expect(readFileSync(join(root, 'map.json'), 'utf8')).not.toContain(hash(1))
    rmSync(join(root, 'map.json'))
    expect(readMap(files)).toBeNull()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
