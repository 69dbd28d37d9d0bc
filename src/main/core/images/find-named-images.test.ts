import type { Database } from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import type { MissingPhoto } from '../label-files/match-photos.ts'
import { findNamedImages } from './find-named-images.ts'
import { insertImage } from './image-rows.ts'
import { insertImport } from './import-rows.ts'

let folder: string
let db: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-named-'))
  db = openDatabase(join(folder, 'project.sqlite'))
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

function addAll(sourcePaths: readonly string[]): void {
  const importId = insertImport(db, 1)
  db.transaction(() => {
    for (const [index, sourcePath] of sourcePaths.entries()) {
      const name = sourcePath.split(/[\\/]/).at(-1) ?? ''
      const picture = { format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 1, perceptualHash: '0'.repeat(16), importedAtMs: 1, importId }
      insertImage(db, { hash: index.toString(16).padStart(64, '0'), name, sourcePath, ...picture })
    }
  })()
}

/** Where each of these places is found; null where it is not, or not for sure. */
async function find(places: readonly string[], isOnlyName = false): Promise<(string | null)[]> {
  const labelFile = { place: '/labels.csv', isAlone: false, labels: { kind: 'csv' as const, photos: [], problems: [], taken: null } }
  const missing = places.map((place): MissingPhoto => ({
    photo: { file: place, places: [place], classes: [] },
    labelFile,
    reason: 'not-found',
    isOnlyName,
  }))
  const { found, missing: left } = await findNamedImages(db, missing)
  expect(found.length + left.length).toBe(places.length)
  const pathOf = new Map(found.map(({ image, missing: { photo } }) => [photo.file, image.sourcePath]))
  return places.map((place) => pathOf.get(place) ?? null)
}

test('photos are found by as many of their last folders as possible, whatever the case and the slashes', async () => {
  addAll(['/a/cats/1.jpg', '/b/cats/1.jpg', 'C:\\set\\Dogs\\1.JPG', '/2.jpg', '/c/deep/er/3.jpg', '/d/deep/er/3.jpg'])
  expect(await find(['b/cats/1.jpg', 'cats/1.jpg', 'x/dogs/1.jpg', '1.jpg', 'birds/1.jpg'])).toEqual([
    '/b/cats/1.jpg',
    null,
    'C:\\set\\Dogs\\1.JPG',
    null,
    null,
  ])
  expect(await find(['D/deep/ER/3.jpg', 'deep/er/3.jpg', 'x/c/deep/er/3.jpg'])).toEqual(['/d/deep/er/3.jpg', null, '/c/deep/er/3.jpg'])
})

test('a photo that alone has its name is found by it, where the file means no other by that', async () => {
  addAll(['/a/1.jpg', '/a/2.jpg', '/b/2.jpg'])
  expect(await find(['1.jpg', 'x/1.jpg', 'x/2.jpg', '2.jpg', '3.jpg'])).toEqual(['/a/1.jpg', null, null, null, null])
  expect(await find(['x/1.jpg', 'x/2.jpg'], true)).toEqual(['/a/1.jpg', null])
})

test('of thousands that are called the same each is found', async () => {
  const paths = Array.from({ length: 3000 }, (_, index) => `/set/${index % 50}/${index}/image.jpg`)
  addAll(paths)
  expect(await find(paths.map((path) => path.slice('/set/'.length)))).toEqual(paths)
})
