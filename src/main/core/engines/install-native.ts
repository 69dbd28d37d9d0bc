import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { StudioContext } from '../context.ts'
import { fetchFiles } from '../fetching/fetch-files.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { deleteLeftovers, openProcessFolder, ownerOf } from '../process-folder.ts'
import { diskError, freeBytes } from '../project/disk-errors.ts'
import { hasCode, putInPlace } from '../put-in-place.ts'
import { buildBinding } from './build-binding.ts'
import { readEngineCatalog, requireBuild, sizesOf, type EngineBuild } from './engine-catalog.ts'
import { enginesFolder, nativePlace, recordFile, type NativeRecord } from './native-place.ts'

/** Of the folder in which an engine is made before it is put in its place. */
const workPrefix = '.installing-'

/** Kept free beyond what the engine takes, bytes. */
const reserveBytes = 200 * 1024 * 1024

export interface InstalledEngine {
  readonly record: NativeRecord
  readonly device: string
}

/**
 * Brings `tfjs-node-gpu` to this machine: fetches TensorFlow's library by exact version and hash, builds the binding, lets the engine compute known
 * numbers in a process of its own, and only then puts it in its place, where it stands instead of an earlier one. A cancel or a failure leaves nothing
 * behind. Throws `ENGINE_NOT_OFFERED`, `DISK_FULL`, `NOT_WRITABLE`, `DOWNLOAD_FAILED`, `HASH_MISMATCH`, `ENGINE_NOT_BUILT`, `ENGINE_UNAVAILABLE`,
 * `ENGINE_WRONG` and `CANCELLED`.
 */
export async function installNative(context: StudioContext, gpu: boolean, job: JobContext): Promise<InstalledEngine> {
  const catalog = readEngineCatalog(context.resourcesDir)
  const build = requireBuild(catalog, gpu)
  const place = enginesFolder(context.dataDir)
  requireRoom(place, build)
  let work: string | null = null
  try {
    work = await openProcessFolder(place, { prefix: workPrefix, log: context.log })
    const folder = join(work, 'engine')
    await fetchBuild(build, folder, job)
    job.progress('building', 0, null)
    await mkdir(join(work, 'build'))
    const binding = await buildBinding({
      resourcesDir: context.resourcesDir,
      folder,
      work: join(work, 'build'),
      signal: job.signal,
    })
    job.progress('testing', 0, null)
    const tested = await testNative(context, folder, job.signal)
    const record: NativeRecord = {
      engine: catalog.engine,
      package: tested.version,
      tensorflow: catalog.tensorflow,
      gpu,
      binding,
      sizeBytes: sizesOf(build).sizeBytes,
      installedAtMs: context.clock(),
    }
    await writeFile(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`)
    if (job.signal.aborted) throw new StudioError('CANCELLED', {})
    await putInPlace(folder, nativePlace(context.dataDir), work)
    // A worker that has loaded the earlier one would stay with it.
    context.workers.training.renew()
    return { record, device: tested.device }
  } catch (error) {
    throw diskError(error, place)
  } finally {
    if (work !== null) await rm(work, { recursive: true, force: true })
  }
}

function requireRoom(place: string, build: EngineBuild): void {
  const largest = Math.max(...build.archives.map(({ source }) => source.sizeBytes))
  const neededBytes = sizesOf(build).sizeBytes + largest + reserveBytes
  const free = freeBytes(place)
  if (free !== null && free < neededBytes) throw new StudioError('DISK_FULL', { path: place, neededBytes, freeBytes: free })
}

/** Each archive is fetched, unpacked and thrown away before the next. */
async function fetchBuild({ archives }: EngineBuild, folder: string, { signal, progress }: JobContext): Promise<void> {
  const total = archives.reduce((sum, { source }) => sum + source.sizeBytes, 0)
  await mkdir(folder)
  let before = 0
  for (const { source, files } of archives) {
    await fetchFiles({
      sources: [source],
      files: files.map(({ path, sizeBytes }) => ({ path, name: path, sizeBytes })),
      folder,
      signal,
      onBytes: (done) => progress('downloading', before + done, total),
      onUnpacking: () => progress('unpacking', 0, null),
    })
    before += source.sizeBytes
  }
}

/** In a process of its own: a library that does not fit this machine takes only that one along. */
async function testNative(context: StudioContext, folder: string, signal: AbortSignal): Promise<{ version: string; device: string }> {
  const worker = context.workers.freshTraining()
  try {
    const engine = 'tfjs-node-gpu'
    const check = await worker.request('testEngine', { engine, nativeFolder: folder, threads: context.threads }, { signal })
    if (check.state === 'unavailable') throw new StudioError('ENGINE_UNAVAILABLE', { engine, reason: check.reason })
    if (check.state === 'wrong') {
      throw new StudioError('ENGINE_WRONG', { engine, difference: Math.min(check.difference, Number.MAX_VALUE) })
    }
    return check
  } catch (error) {
    const { code, details } = toWireError(error)
    if (code !== 'WORKER_DIED') throw error
    throw new StudioError('ENGINE_UNAVAILABLE', {
      engine: 'tfjs-node-gpu',
      reason: `it brings its process down: ${String(details['detail'])}`,
    })
  } finally {
    await worker.close()
  }
}

/** Takes the engine away. Work that has it loaded goes on with it. */
export async function removeNative(context: StudioContext): Promise<void> {
  const place = nativePlace(context.dataDir)
  try {
    // First what says that it is whole: half of an engine is none.
    await rm(join(place, recordFile), { force: true })
    await rm(place, { recursive: true, force: true })
    context.workers.training.renew()
  } catch (error) {
    throw diskError(error, place)
  }
}

/** Deletes what installations left that were killed under way, hundreds of megabytes each. Never fails. */
export async function clearInstallations({ dataDir, log }: Pick<StudioContext, 'dataDir' | 'log'>): Promise<void> {
  const place = enginesFolder(dataDir)
  try {
    await readdir(place)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) log.error('the folder of engines cannot be read', { path: place, error: String(error) })
    return
  }
  await deleteLeftovers(place, ownerOf(workPrefix), log)
}
