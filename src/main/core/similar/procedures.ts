import { implement } from '@orpc/server'
import { lookAlikes } from '../../contract/look-alikes.ts'
import type { StudioContext } from '../context.ts'
import { compareFeatures } from './compare-features.ts'
import { keepAll, keepBest, keepOne } from './decide-look-alikes.ts'
import { readComparison } from './likeness-rows.ts'
import { describeGroup, shownGroups } from './look-alike-groups.ts'

/** Handlers of `lookAlikes`. */
export function lookAlikeProcedures(context: StudioContext) {
  const os = implement(lookAlikes)
  const told = <T>(result: T): T => {
    for (const topic of ['images', 'labels', 'classes', 'history'] as const) context.changed(topic)
    return result
  }
  return {
    list: os.list.handler(({ input: { kind, offset, limit } }) => {
      const { db } = context.project()
      const shown = shownGroups(db)
      const count = (groups: (typeof shown)['sure']) => ({
        groups: groups.length,
        images: groups.reduce((sum, { imageIds }) => sum + imageIds.length, 0),
      })
      const groups = shown[kind].slice(offset, offset + limit).map((group) => describeGroup(db, group))
      return { groups, sure: count(shown.sure), perhaps: count(shown.perhaps), compared: readComparison(db) }
    }),
    keepOne: os.keepOne.handler(({ input }) => told({ removed: keepOne(context.project().db, input, context.clock()) })),
    keepBest: os.keepBest.handler(({ input }) => told(keepBest(context.project().db, input.kind, context.clock()))),
    keepAll: os.keepAll.handler(({ input }) => told({ kept: keepAll(context.project().db, input.kind, input.hashes, context.clock()) })),
    compare: os.compare.handler(() => {
      const body = compareFeatures(context, context.project())
      return { jobId: context.jobs.start('compare', { lane: 'features' }, body).id }
    }),
  }
}
