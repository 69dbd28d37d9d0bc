import { implement } from '@orpc/server'
import { views } from '../../contract/views.ts'
import type { StudioContext } from '../context.ts'
import { changeView, deleteView, listViews, saveView } from './edit-views.ts'

/** Handlers of `views`. */
export function viewProcedures(context: StudioContext) {
  const os = implement(views)
  const db = () => context.project().db
  const now = () => ({ atMs: context.clock() })
  const changed = <T>(result: T): T => {
    for (const topic of ['views', 'history'] as const) context.changed(topic)
    return result
  }
  return {
    list: os.list.handler(() => listViews(db())),
    save: os.save.handler(({ input }) => changed(saveView(db(), input, now()))),
    change: os.change.handler(({ input }) => changed(changeView(db(), input, now()))),
    delete: os.delete.handler(({ input }) => changed(deleteView(db(), input.id, now()))),
  }
}
