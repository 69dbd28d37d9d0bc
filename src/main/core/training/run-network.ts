import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { usesInt8, type RunSummary } from '../../contract/runs.ts'
import { featuresKey, type BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { backboneFiles } from '../backbones/backbone-files.ts'
import { int8Form } from '../backbones/int8-form.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { diskError } from '../project/disk-errors.ts'
import { hasCode } from '../put-in-place.ts'

/** How messages call the network that a run has trained. */
function nameOf(run: Pick<RunSummary, 'number'>): string {
  return `run ${run.number}`
}

function folderOf({ files }: OpenProject, runId: string): string {
  return join(files.networks, runId)
}

/**
 * The network that a run answers with, without its head: the starting network as it is, or the one that the run has trained. Throws
 * `BACKBONE_MISSING` where the files here are not the ones that the run was trained with.
 */
export function networkOfRun(context: StudioContext, project: OpenProject, run: RunSummary): BackboneFiles {
  if (run.network !== null) {
    const folder = folderOf(project, run.id)
    if (!existsSync(folder)) throw new StudioError('BACKBONE_MISSING', { backbone: nameOf(run), reason: `${folder} is gone` })
    return { id: nameOf(run), folder, ...run.network }
  }
  const backbone = backboneFiles(context, run.recipe.backbone)
  const form = usesInt8(run.recipe) ? int8Form(context, backbone) : backbone
  if (form !== null && featuresKey(form) === run.backboneHash) return form
  const reason = 'the files here are not the ones it was trained with'
  throw new StudioError('BACKBONE_MISSING', { backbone: run.recipe.backbone, reason })
}

/**
 * Lets `write` fill an empty folder with the network that a run trains, and puts it in its place once that has succeeded; a failure leaves
 * nothing behind. Throws `DISK_FULL`, `NOT_WRITABLE`, or `FOLDER_NOT_FOUND` where the project is not there any more.
 */
export async function keepNetwork<T>(project: OpenProject, runId: string, write: (folder: string) => Promise<T>): Promise<T> {
  const partial = join(project.files.networks, `.${runId}`)
  try {
    await rm(partial, { recursive: true, force: true })
    await makeFolderOfNetworks(project)
    await mkdir(partial)
    const written = await write(partial)
    await rename(partial, folderOf(project, runId))
    return written
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw diskError(error, project.files.root)
  }
}

/** Not those above it: in the place of a project that was moved away meanwhile a network would be lost. */
async function makeFolderOfNetworks({ files }: OpenProject): Promise<void> {
  try {
    await mkdir(files.networks)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/** What a run needs to go on after an epoch, while it is not done. */
export function checkpointOf({ files }: OpenProject, runId: string): string {
  return join(files.networks, `${runId}.checkpoint`)
}

/** Of a run that is done, or gone. */
export async function forgetCheckpoint(context: StudioContext, project: OpenProject, runId: string): Promise<void> {
  try {
    for (const ending of ['', '.unfinished']) await rm(`${checkpointOf(project, runId)}${ending}`, { force: true })
  } catch (error) {
    context.log.error('the checkpoint of a run could not be deleted', { run: runId, error: String(error) })
  }
}

/** Takes away what a run that is deleted has trained; a folder that cannot be deleted is in nobody's way. */
export async function forgetNetwork(context: StudioContext, project: OpenProject, runId: string): Promise<void> {
  try {
    await rm(folderOf(project, runId), { recursive: true, force: true })
    await forgetCheckpoint(context, project, runId)
  } catch (error) {
    context.log.error('the network of a deleted run could not be deleted', { run: runId, error: String(error) })
  }
}
