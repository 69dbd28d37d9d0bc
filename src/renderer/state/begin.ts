import { StudioError, fromWireError } from '../../main/contract/errors.ts'
import type { Project } from '../../main/contract/project.ts'
import { backupWords } from '../text/backup.ts'
import { startWords } from '../text/start.ts'
import { wireErrorOf } from './remote.svelte.ts'
import type { Studio } from './studio.svelte.ts'

/** Names tried before giving up: `Sample`, `Sample 2` ... `Sample 50`. */
const namesTried = 50

/** Makes a project called `name`, or `name 2`, `name 3` ... when there is one already. */
async function createNumbered({ client }: Studio, name: string): Promise<Project> {
  for (let number = 1; ; number++) {
    try {
      return await client.project.create({ name: number === 1 ? name : `${name} ${number}` })
    } catch (thrown) {
      if (wireErrorOf(thrown).code !== 'PROJECT_EXISTS' || number === namesTried) throw thrown
    }
  }
}

/** The sample in one step: the project that is there already, or a new one with the sample's pictures and their classes. */
export async function beginSample(studio: Studio): Promise<void> {
  await studio.recent.reload()
  const there = studio.recent.value?.find(({ name, present, images }) => present && name === startWords.sampleName && (images ?? 0) > 0)
  if (there !== undefined) return studio.openProject(there.path)
  const { jobId } = await studio.client.sample.make({})
  const { state } = await studio.jobs.finished(jobId)
  if (state.state === 'failed') throw fromWireError(state.error)
  if (state.state !== 'succeeded' || state.result.kind !== 'sample') throw new StudioError('CANCELLED', {})
  const { path } = state.result
  await studio.createProject(() => createNumbered(studio, startWords.sampleName))
  await studio.importPaths([path])
}

/** A project out of a backup, or of what is whole in it, opened. Rejects with what is wrong with it, and `CANCELLED` where that was asked for. */
export async function restoreBackup(studio: Studio, path: string, rescue = false): Promise<void> {
  const { jobId } = await studio.client.backup.restore({ path, rescue })
  const { state } = await studio.jobs.finished(jobId)
  if (state.state === 'failed') throw fromWireError(state.error)
  if (state.state !== 'succeeded' || state.result.kind !== 'restore') throw new StudioError('CANCELLED', {})
  await studio.openProject(state.result.path)
  if (state.result.lost.length > 0) studio.toasts.done(`${backupWords.restored(state.result)}.`)
}

/** A project out of dropped files: it is called like the first folder or file. */
export async function beginWith(studio: Studio, paths: readonly string[]): Promise<void> {
  const first = paths[0]
  if (first === undefined) return studio.importPaths(paths)
  const name = first
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .at(-1)
    ?.replace(/\.[a-z0-9]{2,5}$/i, '')
  await studio.createProject(() => createNumbered(studio, name === undefined || name === '' ? startWords.newProject : name))
  await studio.importPaths(paths)
}
