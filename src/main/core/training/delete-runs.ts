import { isActive } from '../../contract/jobs.ts'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { forgetUnusedNetworks } from '../backbones/own-networks.ts'
import { diskError } from '../project/disk-errors.ts'
import { forgetNetwork } from './run-network.ts'
import { deleteRun, readRun } from './run-rows.ts'

/** Takes a run away, with all that hangs on it: epochs, head, predictions, the records of its exports. */
export type DeleteRun = (reference: string) => Promise<void>

interface Waiting {
  readonly project: OpenProject
  readonly id: string
  resolve(): void
  reject(error: unknown): void
}

/** So long may deleting keep everything else waiting: the length of a frame. */
const sliceMs = 15

/**
 * Deletes runs that are asked for together in one commit, because each commit waits for the disk: a thousand of them take as long as
 * a few. Between slices of 15 ms the studio answers others. The job of a run that waits or is at work is cancelled, and the run is gone
 * when the promise resolves. Rejects with `RUN_NOT_FOUND`, `DISK_FULL`, or `NO_PROJECT_OPEN` where the project was closed meanwhile.
 */
export function runDeletion(context: StudioContext): DeleteRun {
  const waiting: Waiting[] = []

  const takeSlice = (project: OpenProject): readonly Waiting[] => {
    const startedAt = performance.now()
    let taken = 0
    project.db.transaction(() => {
      for (const next of waiting) {
        if (next.project !== project || (taken > 0 && performance.now() - startedAt > sliceMs)) return
        taken++
        deleteRun(project.db, next.id)
      }
    })()
    const deleted = waiting.splice(0, taken)
    for (const { id } of deleted) void forgetNetwork(context, project, id)
    return deleted
  }

  const work = (): void => {
    const [next] = waiting
    if (next === undefined) return
    try {
      if (!next.project.db.open) throw new StudioError('NO_PROJECT_OPEN', {})
      for (const { resolve } of takeSlice(next.project)) resolve()
    } catch (error) {
      // Nothing of the slice was kept; the next one is tried by itself.
      waiting.shift()
      next.reject(diskError(error, next.project.files.root))
    }
    context.changed('runs')
    context.changed('exports')
    if (waiting.length > 0) setImmediate(work)
    else void forgetUnusedNetworks(context, next.project)
  }

  const remove = (project: OpenProject, id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ project, id, resolve, reject })
      if (waiting.length === 1) setImmediate(work)
    })

  return async (reference) => {
    const project = context.project()
    const { id } = readRun(project.db, reference)
    const job = context.jobs.list().find((each) => each.runId === id && isActive(each))
    if (job !== undefined) {
      context.jobs.cancel(job.id)
      await context.jobs.finished(job.id)
      // A project that closes meanwhile keeps its run as paused, as it does without a deletion.
    }
    // Also after a job, which may have ended well just before it was cancelled.
    await remove(project, id)
  }
}
