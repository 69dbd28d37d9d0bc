import { implement } from '@orpc/server'
import { health } from '../../contract/health.ts'
import { isActive } from '../../contract/jobs.ts'
import type { StudioContext } from '../context.ts'
import { readClasses } from '../labels/class-rows.ts'
import { countProject } from '../project/project-rows.ts'
import { countUnits } from '../splits/assign-parts.ts'
import { readGroupedImages } from '../splits/grouped-images.ts'
import { classBalance } from './class-balance.ts'
import { markFine } from './mark-fine.ts'
import { measureLane, measurePhotos } from './measure-photos.ts'
import { photoHealth } from './photo-health.ts'

/** Handlers of `health`. */
export function healthProcedures(context: StudioContext) {
  const os = implement(health)
  return {
    balance: os.balance.handler(() => {
      const { db } = context.project()
      return classBalance(countProject(db).images, readClasses(db), countUnits(readGroupedImages(db)))
    }),
    photos: os.photos.handler(() => photoHealth(context.project().db)),
    measure: os.measure.handler(() => {
      const running = context.jobs.list().find((job) => job.kind === 'measure-photos' && isActive(job))
      const body = measurePhotos(context, context.project())
      return { jobId: running?.id ?? context.jobs.start('measure-photos', { lane: measureLane }, body).id }
    }),
    markFine: os.markFine.handler(({ input }) => {
      const changed = markFine(context.project().db, { ...input, atMs: context.clock() })
      for (const topic of ['images', 'history'] as const) context.changed(topic)
      return { changed }
    }),
  }
}
