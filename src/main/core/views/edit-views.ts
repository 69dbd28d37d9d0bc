import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import type { SavedView } from '../../contract/views.ts'
import { recordStep } from '../history/record-step.ts'
import { deleteViewRow, findView, findViewNamed, insertView, readViews, updateView, type StoredView } from './view-rows.ts'

interface Step {
  readonly atMs: number
}

export function listViews(db: Database): SavedView[] {
  return readViews(db).map(asView)
}

/** Keeps a filter under a name. @throws VIEW_EXISTS when one has the name, whatever the case */
export function saveView(db: Database, { name, filter, order }: Pick<SavedView, 'name' | 'filter' | 'order'>, { atMs }: Step): SavedView {
  requireFree(db, name, null)
  const row = { name, filter: JSON.stringify(filter), order: JSON.stringify(order) }
  const { result } = recordStep(db, { action: 'view-save', details: { view: name }, atMs }, () => insertView(db, row))
  return requireView(db, result)
}

/** Another name for a view, or other photos under it; what is undefined stays. @throws VIEW_NOT_FOUND, VIEW_EXISTS */
export function changeView(
  db: Database,
  { id, name, filter, order }: { readonly id: number } & { readonly [Part in 'name' | 'filter' | 'order']?: SavedView[Part] | undefined },
  { atMs }: Step,
): SavedView {
  const old = requireView(db, id)
  const view = { name: name ?? old.name, filter: JSON.stringify(filter ?? old.filter), order: JSON.stringify(order ?? old.order) }
  requireFree(db, view.name, id)
  const isRename = view.name !== old.name
  const details = isRename ? { from: old.name, to: view.name } : { view: view.name }
  recordStep(db, { action: isRename ? 'view-rename' : 'view-change', details, atMs }, () => updateView(db, id, view))
  return requireView(db, id)
}

/** @throws VIEW_NOT_FOUND */
export function deleteView(db: Database, id: number, { atMs }: Step): void {
  const { name } = requireView(db, id)
  recordStep(db, { action: 'view-delete', details: { view: name }, atMs }, () => deleteViewRow(db, id))
}

function requireView(db: Database, id: number): SavedView {
  const view = findView(db, id)
  if (view === null) throw new StudioError('VIEW_NOT_FOUND', { view: String(id) })
  return asView(view)
}

function requireFree(db: Database, name: string, id: number | null): void {
  const named = findViewNamed(db, name)
  if (named !== null && named !== id) throw new StudioError('VIEW_EXISTS', { view: name })
}

function asView({ id, name, filter, order, ...lacks }: StoredView): SavedView {
  return {
    id,
    name,
    filter: ImageFilter.parse(JSON.parse(filter)),
    order: ImageOrder.parse(JSON.parse(order)),
    missing: [
      ...(lacks.lacksClass === 1 ? ['class' as const] : []),
      ...(lacks.lacksRun === 1 ? ['run' as const] : []),
      ...(lacks.lacksPhoto === 1 ? ['photo' as const] : []),
      ...(lacks.lacksChoice === 1 ? ['choice' as const] : []),
    ],
  }
}
