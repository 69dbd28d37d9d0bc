import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import type { ZipFile } from 'yauzl'
import { StudioError } from '../../contract/errors.ts'
import type { ImportSource, SkippedFile } from '../../contract/images.ts'
import type { StudioContext } from '../context.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { looksLikePhoto } from '../label-files/label-file.ts'
import { readPlainStart } from '../plain-file.ts'
import { deleteLeftovers, openProcessFolder, ownerOf } from '../process-folder.ts'
import { diskError } from '../project/disk-errors.ts'
import { checkArchive, type CheckedArchive } from '../zip/check-archive.ts'
import { withZip } from '../zip/read-zip.ts'
import { sampleClass, teachableMachineKind, withoutManifest } from '../zip/teachable-machine.ts'
import { unpackPhotos } from '../zip/unpack-photos.ts'
import { shownPath } from './sent-name.ts'

/** Where an unpacked file comes from. */
export interface Unpacked {
  /** The archive with the path inside, as if the archive were a folder: `/photos/pets.zip/cat/1.jpg`. */
  readonly origin: string
  /** Of a sample of Teachable Machine. */
  readonly className: string | null
}

export interface OpenedArchives {
  /** What was given, in its order, with the folder that an archive was unpacked into in its stead. */
  readonly paths: readonly string[]
  /** By the path that an unpacked file has now. */
  readonly unpacked: ReadonlyMap<string, Unpacked>
  readonly skipped: readonly SkippedFile[]
  readonly sources: readonly ImportSource[]
  /** Deletes everything that was unpacked. */
  close(): Promise<void>
}

/** Programs' own files are zips as well, with pictures in them that nobody means. */
const otherZips = /^\.(docx|xlsx|pptx|odt|ods|odp|odg|epub|jar|apk|aab|ipa|xpi|crx|whl|vsix|kmz|3mf|usdz)$/i
const zipStarts = ['504b0304', '504b0506', '504b0708']
const otherArchives = /\.(7z|rar|tar|tgz|gz|bz2|xz|zst)$/i

/** Deletes what imports of processes that are gone have left unpacked. */
export async function clearUnpacked({ dataDir, log }: Pick<StudioContext, 'dataDir' | 'log'>): Promise<void> {
  try {
    await deleteLeftovers(unpackedFolder(dataDir), ownerOf(''), log)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

const unpackedFolder = (dataDir: string): string => join(dataDir, 'unpacked')

/**
 * Unpacks the zips among what was given, told by their content, into a private folder. All of them are looked at before the first is unpacked.
 * @throws ARCHIVE_REFUSED, DISK_FULL, NOT_WRITABLE, CANCELLED; nothing stays on the disk then.
 */
export async function openArchives(context: StudioContext, given: readonly string[], job: JobContext): Promise<OpenedArchives> {
  const opening = new Opening(context, job)
  try {
    const archives: string[] = []
    for (const each of given) if (await isArchive(resolve(each))) archives.push(resolve(each))
    for (const archive of archives) await opening.look(archive)
    const paths: string[] = []
    for (const each of given) {
      const path = resolve(each)
      if (archives.includes(path)) paths.push(...(await opening.unpack(path)))
      else if (otherArchives.test(path)) opening.skipped.push({ file: path, reason: 'archive', detail: '' })
      else paths.push(each)
    }
    const { unpacked, skipped, sources } = opening
    return { paths, unpacked, skipped, sources, close: () => opening.close() }
  } catch (error) {
    await opening.close()
    throw error
  }
}

/** Whether a file that was given is a zip. One that is called so and is none is taken for a broken one. */
async function isArchive(path: string): Promise<boolean> {
  const ending = extname(path)
  if (looksLikePhoto(path) || otherZips.test(ending)) return false
  const start = await readPlainStart(path, 4)
  return start !== null && (zipStarts.includes(start.toString('hex')) || /^\.(zip|tm)$/i.test(ending))
}

class Opening {
  readonly unpacked = new Map<string, Unpacked>()
  readonly skipped: SkippedFile[] = []
  readonly sources: ImportSource[] = []
  readonly #context: StudioContext
  readonly #job: JobContext
  #root: string | null = null
  /** Bytes of all archives, and those that are unpacked. */
  #total = 0
  #done = 0

  constructor(context: StudioContext, job: JobContext) {
    this.#context = context
    this.#job = job
  }

  async close(): Promise<void> {
    if (this.#root !== null) await rm(this.#root, { recursive: true, force: true })
  }

  /** Refuses an archive that must not be unpacked. */
  async look(archive: string): Promise<void> {
    const { bytes } = await this.#open(archive, (_zip, checked) => Promise.resolve(checked))
    this.#total += bytes
  }

  /** Answers the folder to list: the archive's only one where everything lies in one; none where there is nothing. */
  async unpack(archive: string): Promise<readonly string[]> {
    const folder = await this.#folderFor(archive)
    return this.#open(archive, async (zip, { files, skipped, bytes }, isProject) => {
      const before = this.#done
      const { unpacked, broken } = await unpackPhotos(zip, { files, skipped, bytes }, folder, {
        signal: this.#job.signal,
        onProgress: (more) => {
          this.#done = before + more
          this.#job.progress('unpacking', this.#done, this.#total)
        },
      })
      const originOf = (name: string): string => join(archive, ...name.split('/').filter((part) => part !== '' && part !== '.'))
      for (const { path, name } of unpacked)
        this.unpacked.set(path, { origin: originOf(name), className: isProject ? sampleClass(name) : null })
      this.skipped.push(...[...skipped, ...broken].map((file) => ({ ...file, file: originOf(file.file) })))
      const classes = new Set(isProject ? unpacked.map(({ name }) => sampleClass(name)) : [])
      classes.delete(null)
      const kind = isProject ? 'teachable-machine' : 'zip'
      this.sources.push({ file: archive, kind, photos: unpacked.length, classes: classes.size, taken: null })
      if (unpacked.length === 0) return []
      const tops = new Set(files.map(({ segments }) => (segments.length > 1 ? segments[0] : null)))
      const [top] = tops
      return [tops.size === 1 && top != null ? join(folder, top) : folder]
    })
  }

  async #open<T>(archive: string, use: (zip: ZipFile, checked: CheckedArchive, isProject: boolean) => Promise<T>): Promise<T> {
    try {
      return await withZip(archive, async (zip) => {
        const checked = await checkArchive(zip, { file: shownPath(archive), signal: this.#job.signal })
        const kind = await teachableMachineKind(zip, checked.files, archive)
        if (kind !== null && kind !== 'image')
          throw new StudioError('ARCHIVE_REFUSED', { file: shownPath(archive), reason: 'other-project', entry: kind })
        if (checked.files.length + checked.skipped.length === 0) throw new StudioError('NOTHING_TO_IMPORT', { path: shownPath(archive) })
        return use(zip, kind === null ? checked : { ...checked, files: withoutManifest(checked.files) }, kind !== null)
      })
    } catch (error) {
      if (this.#job.signal.aborted) throw new StudioError('CANCELLED', {})
      const known = diskError(error, archive)
      if (known instanceof StudioError) throw known
      throw new StudioError(
        'ARCHIVE_REFUSED',
        { file: shownPath(archive), reason: isLocked(error) ? 'encrypted' : 'damaged', entry: null },
        { cause: error },
      )
    }
  }

  /** A folder that is called as the archive: where several are given, their names are classes, as those of folders are. */
  async #folderFor(archive: string): Promise<string> {
    const parent = unpackedFolder(this.#context.dataDir)
    try {
      this.#root ??= await openProcessFolder(parent, { log: this.#context.log })
      const folder = join(this.#root, String(this.sources.length), basename(archive, extname(archive)))
      await mkdir(folder, { recursive: true })
      return folder
    } catch (error) {
      throw diskError(error, parent)
    }
  }
}

/** yauzl refuses archives whose list itself is encrypted. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes('encryption')
}
