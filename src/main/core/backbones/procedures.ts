import { implement } from '@orpc/server'
import { contract } from '../../contract/contract.ts'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { calibrateExtraction, int8Offer, readCalibration } from '../features/calibrations.ts'
import { isComputing } from '../jobs/is-computing.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { readSplit } from '../splits/make-split.ts'
import { networkOfRun } from '../training/run-network.ts'
import { readFinishedRun } from '../training/run-rows.ts'
import { backboneFiles, listBackbones } from './backbone-files.ts'
import { catalogEntry } from './catalog.ts'
import { fetchBackbone, type ConvertBackbone } from './fetch-backbone.ts'
import { knownBackbone, knownBackbones } from './known-backbones.ts'
import { addOwnNetwork, originOfRun, removeOwnNetwork } from './own-networks.ts'

/** The converter in the training worker of the studio. */
function convertInWorker(context: StudioContext): ConvertBackbone {
  return (input, signal) => context.workers.training.request('convertBackbone', input, signal === undefined ? {} : { signal })
}

/** Everything about a network is known when it is first used. That it could not be measured takes nothing away from having it. */
async function calibrateFetched(context: StudioContext, id: string, signal: AbortSignal, progress: JobContext['progress']): Promise<void> {
  const backbone = backboneFiles(context, id)
  if (isComputing(context) || readCalibration(context, backbone) !== null) return
  try {
    await calibrateExtraction(context, backbone, { signal, onProgress: (done, total) => progress('measuring', done, total) })
  } catch (error) {
    context.log.info('a fetched network was not measured', { backbone: id, error: toWireError(error) })
  }
}

/** Adds the network that a run of the open project has trained. */
function addRun(context: StudioContext, project: OpenProject, reference: string, name: string): Promise<{ id: string }> {
  const run = readFinishedRun(project.db, reference)
  const start = knownBackbones(context).find(({ id }) => id === run.recipe.backbone) ?? null
  if (run.network === null)
    throw new StudioError('RUN_WITHOUT_NETWORK', { run: run.number, backbone: start?.plainName ?? run.recipe.backbone })
  const classes = readSplit(project.db, run.splitId).classes.map((each) => each.name)
  return addOwnNetwork(context, {
    files: networkOfRun(context, project, run),
    name,
    licence: run.recipe.mode === 'scratch' ? 'trained from nothing on photos of your own' : (start?.licence ?? 'see its starting network'),
    origin: originOfRun(project, run, classes, start),
  })
}

function openProjectOf(context: StudioContext): OpenProject | null {
  try {
    return context.project()
  } catch (error) {
    if (error instanceof StudioError && error.code === 'NO_PROJECT_OPEN') return null
    throw error
  }
}

/** Handlers of `backbones`. */
export function backboneProcedures(context: StudioContext) {
  const os = implement(contract.backbones)
  return {
    list: os.list.handler(() =>
      listBackbones(context).map((each) => ({
        ...each,
        int8: each.state === 'ready' ? int8Offer(context, backboneFiles(context, each.id)) : null,
      })),
    ),
    fetch: os.fetch.handler(({ input: { id } }) => {
      // An unknown one is told at once, not by a job that fails.
      catalogEntry(context.resourcesDir, id)
      const job = context.jobs.start('fetch-backbone', { lane: 'fetch' }, async ({ signal, progress }) => {
        const { resourcesDir, log } = context
        await fetchBackbone(id, { resourcesDir, convert: convertInWorker(context), log, signal, progress })
        context.changed('backbones')
        await calibrateFetched(context, id, signal, progress)
        return { kind: 'fetch-backbone', backbone: id }
      })
      return { jobId: job.id }
    }),
    addRun: os.addRun.handler(({ input: { run, name } }) => addRun(context, context.project(), run, name)),
    remove: os.remove.handler(async ({ input: { id } }) => ({
      staysInProject: await removeOwnNetwork(context, knownBackbone(context, id), openProjectOf(context)),
    })),
    calibrate: os.calibrate.handler(({ input: { id } }) => {
      const backbone = backboneFiles(context, id)
      // Beside a training both would be measured slower than they are.
      const job = context.jobs.start('calibrate', { lane: 'training' }, async ({ signal, progress }) => {
        const onProgress = (done: number, total: number): void => progress('measuring', done, total)
        return { kind: 'calibrate', backbone: id, ...(await calibrateExtraction(context, backbone, { signal, onProgress })) }
      })
      return { jobId: job.id }
    }),
  }
}
