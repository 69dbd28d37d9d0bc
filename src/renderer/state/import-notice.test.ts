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

test('there is one notice at a time: that of the last import, with a time of its own', () => {
  const notice = new ImportNotice()
  notice.tell(broken)
  vi.advanceTimersByTime(11_000)
  notice.tell(report)
  vi.advanceTimersByTime(11_000)
  expect([notice.report, notice.isNew]).toEqual([report, true])
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
