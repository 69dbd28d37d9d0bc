import { implement } from '@orpc/server'
import { StudioError } from '../../contract/errors.ts'
import { map, mappedAtMost } from '../../contract/map.ts'
import { featuresKey } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { readClassOfHash } from '../images/image-list-rows.ts'
import { makeMap } from './make-map.ts'
import { readMap } from './map-file.ts'

/** Handlers of `map`. */
export function mapProcedures(context: StudioContext) {
  const os = implement(map)
  return {
    get: os.get.handler(() => {
      const project = context.project()
      const classOf = readClassOfHash(project.db)
      const kept = readMap(project.files)
      if (kept === null) return { state: 'none' as const, images: Math.min(classOf.size, mappedAtMost) }
      const { madeAtMs, hashes, positions, isSample } = kept
      const shown = hashes.reduce((count, hash) => count + (classOf.has(hash) ? 1 : 0), 0)
      return {
        ...{ state: 'ready' as const, madeAtMs, hashes, positions, isSample },
        classIds: hashes.map((hash) => classOf.get(hash) ?? -1),
        missing: classOf.size - shown,
        isOfOtherNetwork: kept.featuresKey !== keyNow(context, project),
      }
    }),
    classes: os.classes.handler(() => {
      const project = context.project()
      const classOf = readClassOfHash(project.db)
      return { classIds: (readMap(project.files)?.hashes ?? []).map((hash) => classOf.get(hash) ?? -1) }
    }),
    make: os.make.handler(() => ({ jobId: context.jobs.start('map', { lane: 'features' }, makeMap(context, context.project())).id })),
  }
}

/** Null where no network is on this machine: the map can be looked at all the same. */
function keyNow(context: StudioContext, project: OpenProject): string | null {
  try {
    return featuresKey(projectBackbone(context, project))
  } catch (error) {
    if (error instanceof StudioError) return null
    throw error
  }
}
