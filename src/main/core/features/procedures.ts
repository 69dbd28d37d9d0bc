import { implement } from '@orpc/server'
import { features } from '../../contract/features.ts'
import type { StudioContext } from '../context.ts'
import { readShownHashes } from '../images/image-list-rows.ts'
import { extractFeatures, missingFeatures } from './extract-features.ts'
import { projectBackbone } from './project-backbone.ts'

/** Handlers of `features`. */
export function featureProcedures(context: StudioContext) {
  const os = implement(features)
  return {
    state: os.state.handler(async ({ signal }) => {
      const project = context.project()
      const backbone = projectBackbone(context, project)
      const hashes = readShownHashes(project.db)
      const missing = await missingFeatures(context, project, backbone, hashes, signal)
      return { backbone: backbone.id, images: hashes.length, missing: missing.length }
    }),
    extract: os.extract.handler(() => {
      const project = context.project()
      const backbone = projectBackbone(context, project)
      const job = context.jobs.start('features', { lane: 'features' }, async ({ signal, progress }) => {
        const onProgress = (done: number, total: number): void => progress('extracting', done, total)
        const { extracted, seconds } = await extractFeatures(context, project, backbone, readShownHashes(project.db), {
          signal,
          onProgress,
        })
        context.changed('images')
        return { kind: 'features', extracted, seconds }
      })
      return { jobId: job.id }
    }),
  }
}
