import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../db/open-database.ts'
import { recordStep, redoStep, undoStep } from '../history/record-step.ts'
import { eraseImages } from '../images/erased-rows.ts'
import { setTrashed } from '../images/image-rows.ts'
import { addClass, deleteClass } from '../labels/edit-classes.ts'
import { setLabels } from '../labels/set-labels.ts'
import { writeLabelCheck } from './doubt-rows.ts'
import { keepLabels, listDoubts } from './list-doubts.ts'

const hash = (id: number) => createHash('sha256').update(`image ${id}`).digest('hex')
const checkedAtMs = 1000
let db: Database
let can: number
let bottle: number
let jar: number

/** Five cans, of which 1, 2 and 3 look like bottles, the first most. */
beforeEach(() => {
  db = openDatabase(':memory:')
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert =
    db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash, import_id,
    imported_at_ms) VALUES (?, ?, ?, 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let id = 1; id <= 5; id++) insert.run(id, hash(id), `${id}.jpg`)
  ;[can, bottle, jar] = ['can', 'bottle', 'jar'].map((name) => addClass(db, name, { atMs: 1 }).id) as [number, number, number]
  label([1, 2, 3, 4, 5], can, 2)
  check([1, 2, 3])
})
afterEach(() => void db.close())

function label(ids: readonly number[], classId: number | null, atMs: number): void {
  setLabels(db, { hashes: ids.map(hash), classId, source: 'person', atMs })
}
function check(ids: readonly number[], leftOut: readonly number[] = [], likelyId = bottle): void {
  writeLabelCheck(
    db,
    { checkedAtMs, backbone: 'some-network', images: 5, estimatedWrong: 4, leftOut },
    ids.map((imageId, place) => ({ imageId, classId: can, likelyId, certainty: 0.9 - place / 10 })),
  )
}
const open = () => listDoubts(db, 10).doubts.map(({ image }) => image.name)
const keep = (...ids: readonly number[]) => keepLabels(db, ids.map(hash), 2000)

describe('labels that are likely wrong', () => {
  test('are listed the most certain first, with what they were found from', () => {
    const { check: found, left, doubts } = listDoubts(db, 2)
    expect(found).toEqual({
      ...{ atMs: checkedAtMs, backbone: 'some-network', images: 5, estimatedWrong: 4 },
      ...{ listed: 3, leftOut: [], labelsSince: 0 },
    })
    expect(left).toBe(3)
    expect(doubts).toMatchObject([
      { image: { hash: hash(1), classId: can }, likelyId: bottle, certainty: 0.9 },
      { image: { hash: hash(2), classId: can }, likelyId: bottle, certainty: 0.8 },
    ])
  })

  test('are nothing before the first check', () => {
    db.exec('DELETE FROM label_check')
    expect(listDoubts(db, 10)).toEqual({ check: null, left: 0, doubts: [] })
  })

  test('leave the list once they are kept, changed or removed, and come back with undo', () => {
    keep(1)
    label([2], jar, 2000)
    recordStep(db, { action: 'image-trash', details: {}, atMs: 2000 }, () => setTrashed(db, [hash(3)], 2000))
    expect(open()).toEqual([])
    expect(listDoubts(db, 10).check).toMatchObject({ listed: 3, labelsSince: 1 })
    const seen = [1, 2, 3].map(() => {
      undoStep(db)
      return open()
    })
    expect(seen).toEqual([['3.jpg'], ['2.jpg', '3.jpg'], ['1.jpg', '2.jpg', '3.jpg']])
    redoStep(db)
    expect(open()).toEqual(['2.jpg', '3.jpg'])
  })

  test('are no longer told of where the class that they look like is gone', () => {
    deleteClass(db, bottle, { atMs: 2000 })
    expect(open()).toEqual([])
  })

  test('name the classes that had too few photos, as they are called now', () => {
    check([1], [jar])
    expect(listDoubts(db, 10).check!.leftOut).toEqual(['jar'])
    deleteClass(db, jar, { atMs: 2000 })
    expect(listDoubts(db, 10).check!.leftOut).toEqual([])
  })
})

describe('a label that was kept', () => {
  test('is one step of the history, which names its class', () => {
    expect(keep(1, 2)).toBe(2)
    expect(undoStep(db)).toMatchObject({ action: 'label-keep', details: { class: 'can', images: 2 } })
    expect(open()).toEqual(['1.jpg', '2.jpg', '3.jpg'])
  })

  test('is not listed by the next check either, nor counted in it', () => {
    keep(1)
    check([1, 2])
    expect(open()).toEqual(['2.jpg'])
    expect(listDoubts(db, 10).check!.listed).toBe(1)
  })

  test('may be listed again once the photo is called otherwise, and is kept still when it is called as before', () => {
    keep(1)
    label([1], jar, 2000)
    writeLabelCheck(db, { checkedAtMs, backbone: 'b', images: 5, estimatedWrong: 1, leftOut: [] }, [
      { imageId: 1, classId: jar, likelyId: bottle, certainty: 0.9 },
    ])
    expect(open()).toEqual(['1.jpg'])
    label([1], can, 2001)
    check([1])
    expect(open()).toEqual([])
  })

  test('makes no step where it was kept already', () => {
    keep(1)
    expect(keep(1)).toBe(0)
    undoStep(db)
    expect(open()).toContain('1.jpg')
  })

  test('is refused for a photo that is not there', () => {
    expect(() => keep(9)).toThrow(expect.objectContaining({ code: 'IMAGE_NOT_FOUND' }) as Error)
    expect(open()).toHaveLength(3)
  })

  test('leaves nothing behind of a photo that is deleted for good', () => {
    keep(1)
    recordStep(db, { action: 'image-trash', details: {}, atMs: 2000 }, () => setTrashed(db, [hash(1)], 2000))
    eraseImages(db, [1], 3000)
    expect(db.prepare('SELECT * FROM kept_label').all()).toEqual([])
    expect(db.prepare("SELECT * FROM history_change WHERE table_name = 'kept_label'").all()).toEqual([])
  })
})
