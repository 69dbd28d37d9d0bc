import { implement } from '@orpc/server'
import { history } from '../../contract/labels.ts'
import type { StudioContext } from '../context.ts'
import type { Suggester } from '../suggestions/make-suggester.ts'
import { goToStep, historyState, listSteps, redoStep, undoStep } from './record-step.ts'

/** Handlers of `history`. */
export function historyProcedures(context: StudioContext, suggester: Pick<Suggester, 'moved'>) {
  const os = implement(history)
  const moved = <T>(answer: T): T => {
    suggester.moved()
    for (const topic of ['images', 'labels', 'classes', 'views', 'history'] as const) context.changed(topic)
    return answer
  }
  return {
    state: os.state.handler(() => historyState(context.project().db)),
    list: os.list.handler(({ input }) => {
      const { steps, ...counts } = listSteps(context.project().db, input)
      return { ...counts, steps: [...steps] }
    }),
    goTo: os.goTo.handler(({ input }) => moved({ moved: goToStep(context.project().db, input.step) })),
    undo: os.undo.handler(() => moved(undoStep(context.project().db))),
    redo: os.redo.handler(() => moved(redoStep(context.project().db))),
  }
}
