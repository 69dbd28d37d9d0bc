import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import type { StudioContext } from '../context.ts'
import { listBackbones } from './backbone-files.ts'
import { catalogEntry } from './catalog.ts'
import { fetchBackbone, type ConvertBackbone } from './fetch-backbone.ts'

/** The converter in the training worker of the studio. */
function convertInWorker(context: StudioContext): ConvertBackbone {
  return (input, signal) => context.workers.training.request('convertBackbone', input, signal === undefined ? {} : { signal })
}

/** Handlers of `backbones`. */
export function backboneProcedures(context: StudioContext) {
  const os = implement(contract.backbones)
  return {
    list: os.list.handler(() => listBackbones(context.resourcesDir)),
    fetch: os.fetch.handler(({ input: { id } }) => {
      // An unknown one is told at once, not by a job that fails.
      catalogEntry(context.resourcesDir, id)
      const job = context.jobs.start('fetch-backbone', { lane: 'fetch' }, async ({ signal, progress }) => {
        const { resourcesDir, log } = context
        await fetchBackbone(id, { resourcesDir, convert: convertInWorker(context), log, signal, progress })
        context.changed('backbones')
        return { kind: 'fetch-backbone', backbone: id }
      })
      return { jobId: job.id }
    }),
  }
}
