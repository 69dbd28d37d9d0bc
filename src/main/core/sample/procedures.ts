import { implement } from '@orpc/server'
import { resolve } from 'node:path'
import { sample } from '../../contract/exporting.ts'
import type { StudioContext } from '../context.ts'
import { makeSample } from './make-sample.ts'
import { readSampleCatalog } from './sample-catalog.ts'

/** Handlers of `sample`. */
export function sampleProcedures(context: StudioContext) {
  const os = implement(sample)
  return {
    make: os.make.handler(({ input }) => {
      const job = context.jobs.start('sample', { lane: 'fetch' }, async ({ signal, progress }) => {
        const catalog = await readSampleCatalog(context.resourcesDir)
        const folder = input.folder === undefined ? null : resolve(input.folder)
        return { kind: 'sample', ...(await makeSample({ catalog, dataDir: context.dataDir, folder, signal, progress })) }
      })
      return { jobId: job.id }
    }),
  }
}
