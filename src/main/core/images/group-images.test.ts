import { fc, test as property } from '@fast-check/vitest'
import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { randomNumbers } from '../testing/draw-pictures.ts'
import { groupImages } from './group-images.ts'
import { insertImage } from './image-rows.ts'
import { endImport, insertImport } from './import-rows.ts'
import { readUncompared } from './look-alike-rows.ts'
import { groupNearDuplicates, looksAlike, nearWords } from './near-duplicates.ts'

let folder = ''
let databases = 0
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-groups-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0')
const flip = (hash: bigint, bits: readonly number[]): bigint => bits.reduce((found, bit) => found ^ (1n << BigInt(bit)), hash)
const report = {
  images: 0,
  labelled: 0,
  duplicates: 0,
  nearDuplicates: 0,
  skipped: [],
  conflicts: [],
  several: [],
  sources: [],
  unnamed: 0,
  seconds: 0,
  cancelled: false,
}

/** Imports images that look so: `PERCEPTUAL:PIXELS`, the latter empty where it is not known; `state`: how the import ends, before its images are compared where it is cut off. */
async function take(db: Database, hashes: readonly string[], lookUpAtMost: number, state: 'finished' | 'interrupted' = 'finished') {
  const importId = insertImport(db, 1)
  const before = Number(db.prepare('SELECT COUNT(*) FROM image').pluck().get())
  db.transaction(() => {
    for (const [index, look] of hashes.entries()) {
      const { perceptualHash, pixelHash } = hashesOf(look)
      const hash = (before + index).toString(16).padStart(64, '0')
      const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 10, perceptualHash, pixelHash }
      insertImage(db, { hash, name: hash, sourcePath: '/', importId, importedAtMs: 1, ...picture })
    }
  })()
  const grouped = state === 'finished' ? await groupImages(db, importId, { lookUpAtMost }) : 0
  if (state === 'finished') endImport(db, importId, { state, report, endedAtMs: 2 })
  else db.prepare("UPDATE import SET state = 'interrupted', ended_at_ms = 2 WHERE id = ?").run(importId)
  return { importId, grouped }
}
function hashesOf(look: string): { readonly perceptualHash: string; readonly pixelHash: string | null } {
  const [perceptualHash = '', pixels = ''] = look.split(':')
  return { perceptualHash, pixelHash: pixels === '' ? null : pixels.padStart(16, '0') }
}
const groupsOf = (db: Database): [number, number][] =>
  db.prepare('SELECT id, group_id FROM image WHERE group_id IS NOT NULL ORDER BY id').raw().all() as [number, number][]

const everything = 1000

/** Imports them one part after the other, some of which are cut off; answers the group of each image that is in one. */
async function takeInParts(hashes: readonly string[], cuts: readonly number[], lookUpAtMost: number): Promise<[number, number][]> {
  const db = openDatabase(join(folder, `${databases++}.sqlite`))
  // Hundreds of databases: nothing here has to survive a power cut.
  db.pragma('synchronous = OFF')
  let from = 0
  for (const cut of cuts) {
    await take(db, hashes.slice(from, from + cut), lookUpAtMost, cut % 4 === 3 ? 'interrupted' : 'finished')
    from += cut
  }
  await take(db, hashes.slice(from), lookUpAtMost)
  const groups = groupsOf(db)
  db.close()
  return groups
}

/** The images of each group. */
function together(groupOfImage: readonly (readonly [number, number])[]): unknown {
  const groups = Map.groupBy(groupOfImage, ([, group]) => group)
  return [...groups.values()].map((group) => group.map(([id]) => id).sort((a, b) => a - b)).sort(([a = 0], [b = 0]) => a - b)
}

function shuffled(hashes: readonly string[], seed: number): string[] {
  const random = randomNumbers(seed)
  return hashes
    .map((hash) => ({ hash, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ hash }) => hash)
}

/** Pictures that resemble each other in chains and clusters, or have the same pixels, and others. */
const looks = fc
  .array(
    fc.tuple(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 7 }), { maxLength: 5 }),
      fc.constantFrom('', '', '1', '2'),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((seeds) =>
    seeds.flatMap(([seed, changes, pixels]) => [`${hex(seed)}:${pixels}`, ...changes.map((bits) => `${hex(flip(seed, bits))}:`)]),
  )

describe('images of an import', () => {
  property.prop([looks, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }), fc.nat()], { numRuns: 30 })(
    'come into the same groups, looked up one by one in many imports, as all compared with all',
    async (hashes, cuts, seed) => {
      const all = shuffled(hashes, seed)
      const [lookedUp, inMemory] = await Promise.all([everything, 0].map((lookUpAtMost) => takeInParts(all, cuts, lookUpAtMost)))
      expect(lookedUp).toEqual(inMemory)
      const atOnce = groupNearDuplicates(
        [],
        all.map((look, index) => ({ id: index + 1, ...hashesOf(look), groupId: null })),
      )
      // A group that is there keeps its name when an older image comes into it; all at once it is called after that.
      expect(together(lookedUp ?? [])).toEqual(together([...atOnce]))
    },
  )

  property.prop([fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 8 })])(
    'that look alike share a word that is looked up',
    (hash, bits) => {
      const [one, other] = [hex(hash), hex(flip(hash, bits))]
      if (!looksAlike(one, other)) return
      const near = nearWords(one)
      expect([0, 4, 8, 12].some((at, place) => near[place]?.includes(other.slice(at, at + 4)))).toBe(true)
    },
  )

  test('of an import that was cut off are compared by the next one, and by no later one', async () => {
    const db = openDatabase(join(folder, 'cut-off.sqlite'))
    const look = '692969cf997a734a'
    await take(db, [look, look], 100, 'interrupted')
    const { importId, grouped } = await take(db, [look], 100)
    expect(grouped).toBe(1)
    expect(groupsOf(db)).toEqual([1, 2, 3].map((id) => [id, 1]))
    expect(readUncompared(db, importId)).toHaveLength(1)
    expect(readUncompared(db, insertImport(db, 5))).toEqual([])
    db.close()
  })

  test('are looked up by an index, and never by reading all', () => {
    const db = openDatabase(join(folder, 'plan.sqlite'))
    const plan = (sql: string): string =>
      db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => (row as { detail: string }).detail)
        .join('\n')
    const words = `SELECT image.id FROM json_each('["0000"]') AS word CROSS JOIN image ON substr(image.perceptual_hash, 5, 4) = word.value`
    expect(plan(words)).toContain('INDEX image_by_look_2')
    const pixels = `SELECT image.id FROM json_each('["0"]') AS wanted CROSS JOIN image ON image.pixel_hash = wanted.value`
    expect(plan(pixels)).toContain('INDEX image_by_pixels')
    expect(plan('SELECT id FROM image WHERE import_id IN (SELECT 1 UNION SELECT id FROM import WHERE is_compared = 0)')).toMatch(
      /image USING (COVERING )?INDEX image_by_import/,
    )
    db.close()
  })
})
