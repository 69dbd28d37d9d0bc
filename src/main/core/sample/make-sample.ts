import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorDetails, StudioError } from '../../contract/errors.ts'
import { fetchFiles } from '../fetching/fetch-files.ts'
import { diskError } from '../project/disk-errors.ts'
import { licenceNote, picturesOf, type SampleCatalog, type SamplePicture } from './sample-catalog.ts'

export interface SampleOrder {
  readonly catalog: SampleCatalog
  /** The studio's own folder: the pictures are kept there, so that the second time needs no network. */
  readonly dataDir: string
  /** Absolute; null for the copy in the studio's own folder. */
  readonly folder: string | null
  readonly signal: AbortSignal
  /** `downloading` counts bytes of the package, `writing` pictures. */
  readonly progress: (step: 'downloading' | 'writing', done: number, total: number) => void
}

/**
 * The sample pictures in `folder`, one folder a class below `pictures`, with the licence beside them. Pictures that are there already
 * stay; a file of another content is never overwritten (`OUT_EXISTS`). Answers with the folder to import and the number of pictures.
 * Throws `DOWNLOAD_FAILED` or `HASH_MISMATCH` where they cannot be fetched, `DISK_FULL`, `NOT_WRITABLE`, `CANCELLED`; then nothing new
 * is left.
 */
export async function makeSample(order: SampleOrder): Promise<{ readonly path: string; readonly images: number }> {
  const kept = await keepSample(order)
  const pictures = picturesOf(order.catalog)
  if (order.folder !== null) {
    try {
      await copySample(order, kept, order.folder, pictures)
    } catch (error) {
      throw diskError(error, order.folder)
    }
  }
  return { path: join(order.folder ?? kept, 'pictures'), images: pictures.length }
}

/** The studio's own copy, fetched unless it is there whole. Answers with its folder. */
async function keepSample({ catalog, dataDir, signal, progress }: SampleOrder): Promise<string> {
  const samples = join(dataDir, 'samples')
  const kept = join(samples, catalog.id)
  const pictures = picturesOf(catalog)
  const whole = await Promise.all(pictures.map(async ({ place, wanted }) => (await hashOf(join(kept, ...place))) === wanted.sha256))
  if (whole.every(Boolean)) return kept
  let work: string | null = null
  try {
    await mkdir(samples, { recursive: true })
    work = await mkdtemp(join(samples, '.fetching-'))
    const files = await fetchPictures(catalog, work, signal, (done, total) => progress('downloading', done, total))
    const finished = join(work, 'finished')
    for (const { place, wanted } of pictures) {
      await mkdir(dirname(join(finished, ...place)), { recursive: true })
      await rename(files[wanted.name] ?? '', join(finished, ...place))
    }
    await writeFile(join(finished, 'LICENCE.txt'), licenceNote(catalog))
    await rm(kept, { recursive: true, force: true })
    await rename(finished, kept)
    return kept
  } catch (error) {
    throw diskError(error, samples)
  } finally {
    if (work !== null) await rm(work, { recursive: true, force: true })
  }
}

/** Fetches every picture into `folder`; in a failure the sample is named instead of its hundred files. */
async function fetchPictures(
  catalog: SampleCatalog,
  folder: string,
  signal: AbortSignal,
  onBytes: (done: number, total: number) => void,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await fetchFiles({ sources: [catalog.source], files: picturesOf(catalog).map(({ wanted }) => wanted), folder, signal, onBytes })
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'DOWNLOAD_FAILED') throw error
    const { reason } = errorDetails.DOWNLOAD_FAILED.parse(error.details)
    throw new StudioError('DOWNLOAD_FAILED', { what: `the sample pictures (${catalog.title})`, reason }, { cause: error })
  }
}

/** Copies what is missing. What it has copied is taken away again when it does not come to its end. */
async function copySample(order: SampleOrder, kept: string, folder: string, pictures: readonly SamplePicture[]): Promise<void> {
  const missing: SamplePicture[] = []
  for (const picture of pictures) {
    const path = join(folder, ...picture.place)
    const there = await hashOf(path)
    if (there === null) missing.push(picture)
    else if (there !== picture.wanted.sha256) throw new StudioError('OUT_EXISTS', { path })
  }
  const copied: string[] = []
  try {
    for (const { place } of missing) {
      order.signal.throwIfAborted()
      const path = join(folder, ...place)
      await mkdir(dirname(path), { recursive: true })
      copied.push(path)
      await copyFile(join(kept, ...place), path)
      order.progress('writing', copied.length, missing.length)
    }
    await writeFile(join(folder, 'LICENCE.txt'), licenceNote(order.catalog))
  } catch (error) {
    await Promise.all(copied.map((path) => rm(path, { force: true })))
    throw error
  }
}

/** SHA-256 of a file, 64 lower-case hex digits; null where there is none. */
async function hashOf(path: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))) return null
    throw error
  }
}
