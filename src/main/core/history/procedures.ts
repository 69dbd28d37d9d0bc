import { implement } from '@orpc/server'
import { history, type HistoryStep } from '../../contract/labels.ts'
import type { StudioContext } from '../context.ts'
import { historyState, redoStep, undoStep } from './record-step.ts'

/** Handlers of `history`. */
export function historyProcedures(context: StudioContext) {
  const os = implement(history)
  const moved = (step: HistoryStep) => {
    for (const topic of ['images', 'labels', 'classes', 'history'] as const) context.changed(topic)
    return step
  }
  return {
    state: os.state.handler(() => historyState(context.project().db)),
    undo: os.undo.handler(() => moved(undoStep(context.project().db))),
    redo: os.redo.handler(() => moved(redoStep(context.project().db))),
  }
}
