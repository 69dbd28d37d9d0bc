import type { Notice } from '../../main/contract/jobs.ts'
import { countOf } from './numbers.ts'
import { blocksWords } from './recipes.ts'

/** What a person should know of work that goes on, in one sentence. */
export function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case 'batch-halved':
      return `Memory ran out with ${countOf(notice.from, 'photo')} at a time: the epoch is tried again with ${notice.to}.`
    case 'batch-capped':
      return `${countOf(notice.from, 'photo')} at a time would need more memory than this computer has: it learns from ${notice.to} at a time.`
    case 'engine-skipped':
      return `The engine ${notice.engine} is not used: ${notice.reason.trim().replace(/[.\s]+$/, '')}.`
    case 'deeper':
      return `From epoch ${notice.epoch} on, ${blocksWords(notice.blocks)} learn.`
    default:
      return notice satisfies never
  }
}
