import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { groupImages } from '../../images/group-images.ts'
import { insertImage } from '../../images/image-rows.ts'
import { insertImport } from '../../images/import-rows.ts'
import { migrate, migrations } from '../migrate.ts'
import { openDatabase } from '../open-database.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-equal-pixels-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const plain = '0'.repeat(16)
const telling = '692969cf997a734a'

test('photos of before join by what they look like alone; new ones with equal pixels do so on a plain ground too', async () => {
  const file = join(folder, 'graft.sqlite')
  const old = new BetterSqlite(file)
  migrate(old, { backupDir: join(folder, 'backups'), migrations: migrations.slice(0, 17) })
  old.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert =
    old.prepare(`INSERT INTO image (hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id,
    imported_at_ms) VALUES (?, 'a', 'a', 'jpeg', 1, 1, 1, ?, 1, 1)`)
  for (const [index, look] of [plain, plain, telling].entries()) insert.run(String(index).repeat(64), look)
  old.close()

  const db = openDatabase(file, { backupDir: join(folder, 'backups') })
  const importId = insertImport(db, 3)
  const picture = { name: 'b', sourcePath: 'b', format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1, importId, importedAtMs: 3 }
  const fresh = [
    [plain, 'a'.repeat(16)],
    [plain, 'a'.repeat(16)],
    [plain, 'b'.repeat(16)],
    [telling, 'c'.repeat(16)],
  ] as const
  for (const [index, [perceptualHash, pixelHash]] of fresh.entries())
    insertImage(db, { ...picture, hash: String(index + 3).repeat(64), perceptualHash, pixelHash })
  expect(await groupImages(db, importId)).toBe(3)
  expect(db.prepare('SELECT group_id FROM image ORDER BY id').pluck().all()).toEqual([null, null, 3, 4, 4, null, 3])
  expect(() => db.exec("UPDATE image SET pixel_hash = 'short'")).toThrow('CHECK constraint failed')
  db.close()
})
