import { implement } from '@orpc/server'
import { classes, labels } from '../../contract/labels.ts'
import type { StudioContext } from '../context.ts'
import { bindClassKeys } from './class-keys.ts'
import type { Suggester } from '../suggestions/make-suggester.ts'
import { readClasses } from './class-rows.ts'
import { addClass, deleteClass, mergeClasses, recolourClass, renameClass, reorderClasses } from './edit-classes.ts'
import { readLabelClasses } from './label-rows.ts'
import { acceptSuggested, setLabels } from './set-labels.ts'

/** Handlers of `classes`. */
export function classProcedures(context: StudioContext) {
  const os = implement(classes)
  const db = () => context.project().db
  const now = () => ({ atMs: context.clock() })
  const changed = <T>(result: T): T => {
    for (const topic of ['classes', 'labels', 'history'] as const) context.changed(topic)
    return result
  }
  return {
    list: os.list.handler(() => readClasses(db())),
    add: os.add.handler(({ input }) => changed(addClass(db(), input.name, now()))),
    rename: os.rename.handler(({ input }) => changed(renameClass(db(), input.id, input.name, now()))),
    recolour: os.recolour.handler(({ input }) => changed(recolourClass(db(), input.id, input.colour, now()))),
    reorder: os.reorder.handler(({ input }) => changed(reorderClasses(db(), input.ids, now()))),
    bindKeys: os.bindKeys.handler(({ input }) => changed(bindClassKeys(db(), input.keys, now()))),
    merge: os.merge.handler(({ input }) => changed(mergeClasses(db(), input.from, input.into, now()))),
    delete: os.delete.handler(({ input }) => changed({ unlabelled: deleteClass(db(), input.id, now()) })),
  }
}

/** Handlers of `labels`. */
export function labelProcedures(context: StudioContext, suggester: Pick<Suggester, 'labelled'>) {
  const os = implement(labels)
  const changed = <T>(result: T): { changed: T } => {
    for (const topic of ['labels', 'classes', 'history'] as const) context.changed(topic)
    return { changed: result }
  }
  return {
    of: os.of.handler(({ input }) => ({ classIds: readLabelClasses(context.project().db, input.hashes) })),
    set: os.set.handler(({ input }) => {
      const count = setLabels(context.project().db, { ...input, atMs: context.clock() })
      suggester.labelled(input)
      return changed(count)
    }),
    accept: os.accept.handler(({ input }) => {
      const counts = acceptSuggested(context.project().db, input.classes, context.clock())
      for (const each of input.classes) suggester.labelled({ ...each, source: 'suggestion' })
      return changed(counts)
    }),
  }
}
