import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { StudioContext } from '../context.ts'
import { fetchFiles } from '../fetching/fetch-files.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { openProcessFolder } from '../process-folder.ts'
import { diskError, freeBytes } from '../project/disk-errors.ts'
import { buildBinding } from './build-binding.ts'
import { readEngineCatalog, requireBuild, sizesOf, type EngineBuild } from './engine-catalog.ts'
import { enginesFolder, nativePlace, type NativeRecord } from './native-place.ts'

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
    work = await openProcessFolder(place, { prefix: '.installing-', log: context.log })
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
    await writeFile(join(folder, 'engine.json'), `${JSON.stringify(record, null, 2)}\n`)
    if (job.signal.aborted) throw new StudioError('CANCELLED', {})
    await putInPlace(folder, nativePlace(context.dataDir), join(work, 'replaced'))
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
  } finally {
    await worker.close()
  }
}

async function putInPlace(folder: string, target: string, replaced: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  try {
    await rename(target, replaced)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  await rename(folder, target)
}

/** Takes the engine away. Work that has it loaded goes on with it. */
export async function removeNative(context: StudioContext): Promise<void> {
  const place = nativePlace(context.dataDir)
  try {
    await rm(place, { recursive: true, force: true })
  } catch (error) {
    throw diskError(error, place)
  }
}
