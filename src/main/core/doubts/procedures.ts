import { implement } from '@orpc/server'
import { doubts } from '../../contract/doubts.ts'
import type { StudioContext } from '../context.ts'
import { startCheck } from './check-labels.ts'
import { keepLabels, listDoubts } from './list-doubts.ts'
import { similarOfClasses } from './similar-of-classes.ts'

/** Handlers of `doubts`. */
export function doubtProcedures(context: StudioContext) {
  const os = implement(doubts)
  return {
    check: os.check.handler(() => ({ jobId: startCheck(context, context.project()) })),
    list: os.list.handler(({ input }) => listDoubts(context.project().db, input.limit)),
    keep: os.keep.handler(({ input }) => {
      const changed = keepLabels(context.project().db, input.hashes, context.clock())
      for (const topic of ['doubts', 'history'] as const) context.changed(topic)
      return { changed }
    }),
    similar: os.similar.handler(({ input, signal }) => similarOfClasses(context, context.project(), input, signal)),
  }
}
