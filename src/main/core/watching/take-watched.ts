import { fromWireError } from '../../contract/errors.ts'
import type { Job } from '../../contract/jobs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { hasImage } from '../images/image-rows.ts'
import { importImages, importLane } from '../images/import-images.ts'
import { hashOfPlainFile } from '../plain-file.ts'
import type { SeenFile } from './watch-folder.ts'

export interface TakenFiles {
  /** `whole`: every file has been dealt with, but for `unread`; `cut`: the import was cancelled or has failed. */
  readonly state: 'whole' | 'cut'
  /** Images that are in the project now and were not before. */
  readonly images: number
  /** Paths of files that could not be opened, as those that another program still holds. */
  readonly unread: ReadonlySet<string>
}

export interface TakeOptions {
  readonly folder: string
  readonly labelFromFolders: boolean
  readonly signal: AbortSignal
}

/**
 * Imports those files whose bytes the project never had. Who put a photo into the trash, or deleted it for good, does not want it back only
 * because its file still lies there. Without such files there is no import, and nothing to tell.
 */
export async function takeWatched(
  context: StudioContext,
  project: OpenProject,
  files: readonly SeenFile[],
  { folder, labelFromFolders, signal }: TakeOptions,
): Promise<TakenFiles> {
  const fresh: { readonly file: SeenFile; readonly hash: string }[] = []
  const unread = new Set<string>()
  for (const file of files) {
    if (signal.aborted) return { state: 'cut', images: 0, unread }
    const hash = await hashOf(file.path, signal)
    if (hash === null) unread.add(file.path)
    else if (!hasImage(project.db, hash)) fresh.push({ file, hash })
  }
  if (fresh.length === 0 || signal.aborted) return { state: signal.aborted ? 'cut' : 'whole', images: 0, unread }
  // Asked once more when its turn has come: meanwhile they may have come in otherwise, and have been put into the trash.
  const listed = () => fresh.filter(({ hash }) => !hasImage(project.db, hash)).map(({ file }) => file)
  const body = importImages(context, project, { paths: [folder], labelFromFolders, listed, watch: signal })
  const { state } = await runJob(context, context.jobs.start('import', { lane: importLane }, body), signal)
  if (state.state === 'failed') {
    context.log.error('the import out of a watched folder failed', { folder, error: fromWireError(state.error).message })
  }
  const result = 'result' in state && state.result?.kind === 'import' ? state.result.report : null
  return { state: state.state === 'succeeded' ? 'whole' : 'cut', images: result?.images ?? 0, unread }
}

async function runJob(context: StudioContext, { id }: Job, signal: AbortSignal): Promise<Job> {
  const cancel = (): void => context.jobs.cancel(id)
  signal.addEventListener('abort', cancel)
  try {
    return await context.jobs.finished(id)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Null also where the end came in between. */
async function hashOf(path: string, signal: AbortSignal): Promise<string | null> {
  try {
    return await hashOfPlainFile(path, signal)
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}
