import { beforeEach, expect, test, vi } from 'vitest'
import type { ImportReport } from '../../main/contract/images.ts'
import { ImportNotice } from './import-notice.svelte.ts'

const report: ImportReport = {
  ...{ images: 15, labelled: 0, duplicates: 0, nearDuplicates: 0 },
  ...{ skipped: [], conflicts: [], several: [], sources: [], unnamed: 0, seconds: 1, cancelled: false },
}
const broken: ImportReport = { ...report, skipped: [{ file: 'a.jpg', reason: 'broken', detail: '' }] }
const aWhile = () => vi.advanceTimersByTime(60_000)

beforeEach(() => {
  vi.useFakeTimers()
  return () => void vi.useRealTimers()
})

test('a report that asks nothing of anybody goes by itself', () => {
  const notice = new ImportNotice()
  notice.tell(report)
  expect([notice.report, notice.isNew]).toEqual([report, true])
  aWhile()
  expect([notice.report, notice.isNew]).toEqual([null, false])
})

test('a report that names files waits where photos are, and leaves other pages after a while', () => {
  const notice = new ImportNotice()
  notice.tell(broken)
  aWhile()
  expect([notice.report, notice.isNew]).toEqual([broken, false])
})

test('a report that asks nothing makes room for the next one, which has a time of its own', () => {
  const notice = new ImportNotice()
  notice.tell(report)
  vi.advanceTimersByTime(11_000)
  notice.tell({ ...report, images: 3 })
  vi.advanceTimersByTime(11_000)
  expect([notice.report?.images, notice.imports.length, notice.isNew]).toEqual([3, 1, true])
  notice.makeRoom()
  expect(notice.report).toBeNull()
})

test('a report that asks for something stays when other imports begin and end, and they are told together', () => {
  const notice = new ImportNotice()
  notice.tell(broken)
  notice.makeRoom()
  notice.tell(report)
  const conflict = { file: 'b.jpg', hash: 'b'.repeat(64), class: 'cat', folderClass: 'dog', by: 'folder' as const }
  notice.tell({ ...report, images: 0, duplicates: 2, conflicts: [conflict], cancelled: true })
  aWhile()
  expect(notice.report).toEqual({
    ...report,
    images: 30,
    duplicates: 2,
    skipped: broken.skipped,
    conflicts: [conflict],
    seconds: 3,
    cancelled: true,
  })
  expect([notice.imports.map(({ images }) => images), notice.isNew]).toEqual([[15, 15, 0], false])
  notice.forget()
  notice.tell(report)
  expect([notice.report, notice.imports]).toEqual([report, [report]])
})

test('an import that ends while one looks into a report joins it and takes nothing away', () => {
  const notice = new ImportNotice()
  notice.tell(report)
  notice.stay()
  notice.tell(report)
  aWhile()
  expect([notice.report?.images, notice.imports.length, notice.isNew]).toEqual([30, 2, true])
  notice.leaveSoon()
  aWhile()
  expect(notice.report).toBeNull()
})

test('who looks into a report is not interrupted, and a report that was asked for stays until it is left', () => {
  const notice = new ImportNotice()
  notice.tell(report)
  notice.stay()
  aWhile()
  expect(notice.report).toBe(report)
  notice.leaveSoon()
  aWhile()
  expect(notice.report).toBeNull()
  notice.tell(report)
  notice.show(broken)
  aWhile()
  expect([notice.report, notice.isNew]).toEqual([broken, false])
})

test('a file that two imports tell of is told once, and that one was stopped is told', () => {
  const notice = new ImportNotice()
  notice.tell({ ...broken, cancelled: true })
  notice.tell(broken)
  expect(notice.report).toMatchObject({ skipped: broken.skipped, cancelled: true })
})
