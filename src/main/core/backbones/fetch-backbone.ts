import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { Progress } from '../../contract/jobs.ts'
import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { Log } from '../context.ts'
import { openProcessFolder } from '../process-folder.ts'
import { isWhole } from './backbone-files.ts'
import { catalogEntry, type CatalogEntry } from './catalog.ts'
import { backboneFolder } from './known-backbones.ts'
import { fetchFiles } from '../fetching/fetch-files.ts'

/** The worker's task that reads a source and writes the neutral form. */
export type ConvertBackbone = (
  input: TrainingTasks['convertBackbone']['input'],
  signal?: AbortSignal,
) => Promise<TrainingTasks['convertBackbone']['result']>

interface FetchOptions {
  readonly resourcesDir: string
  readonly convert: ConvertBackbone
  readonly log: Log
  readonly signal?: AbortSignal
  /** `downloading` counts bytes of the archive, `converting` networks. */
  readonly progress?: (step: Extract<Progress['step'], 'downloading' | 'converting'>, done: number, total: number | null) => void
}

/** Puts the finished network in its place in one step. Another process may have done the same meanwhile: then its one stays. */
async function putInPlace(options: FetchOptions, entry: CatalogEntry, finished: string, work: string): Promise<void> {
  const target = backboneFolder(options.resourcesDir, entry.id)
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(finished, target)
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error
      if (isWhole(options.resourcesDir, entry)) return
      if (attempt > 0) throw error
      // What is there is damaged or of another version.
      await rename(target, join(work, 'replaced'))
    }
  }
}

function writeFailure(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new StudioError('DISK_FULL', { path, neededBytes: null, freeBytes: null }, { cause: error })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return new StudioError('NOT_WRITABLE', { path, reason: code }, { cause: error })
  return error
}

/**
 * Fetches, verifies and converts one backbone. Does nothing when it is there already and whole. A cancel or a failure leaves nothing behind, and no
 * half-made network is ever visible. Throws `BACKBONE_UNKNOWN`, `DOWNLOAD_FAILED`, `HASH_MISMATCH`, `BACKBONE_DAMAGED`, `NOT_WRITABLE`,
 * `DISK_FULL` and `CANCELLED`.
 */
export async function fetchBackbone(id: string, options: FetchOptions): Promise<{ readonly fetched: boolean }> {
  const { resourcesDir, convert, log, signal, progress } = options
  const entry = catalogEntry(resourcesDir, id)
  if (isWhole(resourcesDir, entry)) return { fetched: false }
  const folder = join(resourcesDir, 'backbones')
  let work: string | null = null
  try {
    work = await openProcessFolder(folder, { prefix: '.fetching-', log })
    const sources = join(work, 'sources')
    const finished = join(work, 'network')
    await mkdir(sources)
    const onBytes = (done: number, total: number): void => progress?.('downloading', done, total)
    const abortable = signal === undefined ? {} : { signal }
    const sourceFiles = await fetchFiles({ sources: entry.sources, files: entry.files, folder: sources, onBytes, ...abortable })
    progress?.('converting', 0, 1)
    const { hash } = await convert({ id, sourceFiles, folder: finished }, signal)
    if (signal?.aborted === true) throw new StudioError('CANCELLED', {})
    if (hash !== entry.networkSha256)
      throw new StudioError('HASH_MISMATCH', {
        what: `the converted network of ${entry.name}`,
        expected: entry.networkSha256,
        actual: hash,
      })
    await writeFile(join(finished, 'LICENCE.txt'), `${entry.name}: ${entry.licence}\n`)
    await putInPlace(options, entry, finished, work)
    progress?.('converting', 1, 1)
    return { fetched: true }
  } catch (error) {
    throw writeFailure(folder, error)
  } finally {
    if (work !== null) await rm(work, { recursive: true, force: true })
  }
}
