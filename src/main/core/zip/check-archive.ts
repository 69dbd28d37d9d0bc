import type { Entry, ZipFile } from 'yauzl'
import { StudioError, type ErrorDetails } from '../../contract/errors.ts'
import type { SkippedFile } from '../../contract/images.ts'
import { folderClassesFile } from '../images/folder-classes.ts'
import { isLitter } from '../images/list-files.ts'
import { safeSegments } from '../safe-path.ts'
import { nameOfEntry } from './read-zip.ts'

export interface ArchivedFile {
  /** Its path in the archive, with forward slashes. */
  readonly name: string
  /** The same, safe to create on any system. */
  readonly segments: readonly string[]
  readonly entry: Entry
}

export interface CheckedArchive {
  /** In the order of the archive. */
  readonly files: readonly ArchivedFile[]
  /** What is not unpacked, each by its path in the archive. */
  readonly skipped: readonly SkippedFile[]
  /** Of all `files`, unpacked; the archive's own word, which is checked while it is unpacked. */
  readonly bytes: number
}

export interface ArchiveLimits {
  readonly entries: number
  /** Of the list of files inside; a list that is larger than this for so few entries was made to fill the memory. */
  readonly listBytes: number
  readonly totalBytes: number
  /** Larger files are no photos. */
  readonly fileBytes: number
  /** From here on an archive may not unpack to more than `ratio` times its own size: photos shrink by a few per cent, bombs a thousandfold. */
  readonly harmlessBytes: number
  readonly ratio: number
}

export const archiveLimits: ArchiveLimits = {
  entries: 500_000,
  listBytes: 256 * 1024 ** 2,
  totalBytes: 256 * 1024 ** 3,
  fileBytes: 1024 ** 3,
  harmlessBytes: 256 * 1024 ** 2,
  ratio: 100,
}

type Reason = ErrorDetails<'ARCHIVE_REFUSED'>['reason']

/** Fixed part of what stands before the content of each file (APPNOTE 4.3.7). */
const localHeaderBytes = 30
const storedOrDeflated = new Set([0, 8])
const archiveEnding = /\.(zip|tm|7z|rar|tar|tgz|gz|bz2|xz|zst)$/i

/**
 * Reads the list of files of an archive, before anything of it is unpacked. What systems leave in archives (`__MACOSX`, hidden files) is passed
 * over; archives inside and files that are too large are listed as skipped.
 * @throws ARCHIVE_REFUSED with the first reason and the entry that shows it.
 */
export async function checkArchive(
  zip: ZipFile,
  { file, limits = archiveLimits, signal }: { readonly file: string; readonly limits?: ArchiveLimits; readonly signal?: AbortSignal },
): Promise<CheckedArchive> {
  const refuse = (reason: Reason, entry: string | null = null): StudioError => new StudioError('ARCHIVE_REFUSED', { file, reason, entry })
  if (zip.entryCount > limits.entries) throw refuse('too-many')
  const names = new Names()
  const files: ArchivedFile[] = []
  const skipped: SkippedFile[] = []
  const spans: Span[] = []
  let listBytes = 0
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted()
    listBytes += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    if (listBytes > limits.listBytes) throw refuse('too-many')
    const name = nameOfEntry(entry)
    if (name === null || name.includes('\0')) throw refuse('name', entry.fileNameRaw.toString('latin1').slice(0, 200))
    const problem = problemOf(name, entry)
    if (problem !== null) throw refuse(problem, name)
    spans.push({ name, from: entry.relativeOffsetOfLocalHeader, to: endOf(entry) })
    if (name.endsWith('/')) continue
    const segments = pathOf(name)
    if (segments === null) throw refuse('path', name)
    if (!names.take(segments)) throw refuse('duplicate-name', name)
    if (segments.some((segment) => isLitter(segment) && segment !== folderClassesFile)) continue
    const reason = archiveEnding.test(name) ? 'archive' : entry.uncompressedSize > limits.fileBytes ? 'too-large' : null
    if (reason !== null) {
      skipped.push({
        file: name,
        reason,
        detail: reason === 'archive' ? '' : `${entry.uncompressedSize} bytes; files of up to 1 GiB are read`,
      })
      continue
    }
    bytes += entry.uncompressedSize
    files.push({ name, segments, entry })
  }
  const overlapping = overlapOf(spans, zip.fileSize)
  if (overlapping !== null) throw refuse('overlap', overlapping)
  if (bytes > limits.totalBytes) throw refuse('too-large')
  if (bytes > limits.harmlessBytes && bytes > zip.fileSize * limits.ratio) throw refuse('bomb')
  return { files, skipped, bytes }
}

/** What is wrong with one entry by itself. */
function problemOf(name: string, entry: Entry): Reason | null {
  if (entry.isEncrypted()) return 'encrypted'
  if (isSpecial(entry)) return 'link'
  if (/^(\/|[a-z]:)/i.test(name) || name.split('/').includes('..')) return 'path'
  return name.endsWith('/') || storedOrDeflated.has(entry.compressionMethod) ? null : 'method'
}

/** Whether an entry that was made on a system with such things is a link, a pipe or a device. */
function isSpecial({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  const madeOn = versionMadeBy >> 8
  const isUnix = madeOn === 3 || madeOn === 19
  const kind = (externalFileAttributes >>> 16) & 0o170000
  return isUnix && kind !== 0 && kind !== 0o100000 && kind !== 0o040000
}

/** Some programs write `./cats/1.jpg` or `cats//1.jpg`. */
function pathOf(name: string): readonly string[] | null {
  return safeSegments(
    name
      .split('/')
      .filter((segment) => segment !== '' && segment !== '.')
      .join('/'),
  )
}

function endOf(entry: Entry): number {
  return entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.fileNameLength + entry.compressedSize
}

interface Span {
  readonly name: string
  /** Bytes of the archive, the first one and the one after the last. */
  readonly from: number
  readonly to: number
}

/** Content that several entries share makes a small archive unpack to a huge one. Answers the first entry that lies in another one or past the end. */
function overlapOf(spans: Span[], fileBytes: number): string | null {
  spans.sort((one, other) => one.from - other.from)
  const found = spans.find(({ from, to }, index) => to > fileBytes || from < (spans[index - 1]?.to ?? 0))
  return found?.name ?? null
}

/** Names that are taken, as a disk sees them that does not tell upper from lower case: a file never stands where a folder is. */
class Names {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()
  readonly #exact = new Set<string>()

  /** Answers false for a name that is there already, or is that of a folder, or has a file for a folder. */
  take(segments: readonly string[]): boolean {
    const exact = segments.join('/')
    const folded = exact.toLowerCase()
    if (this.#exact.has(exact) || this.#folders.has(folded)) return false
    let folder = ''
    for (const segment of folded.split('/').slice(0, -1)) {
      folder = folder === '' ? segment : `${folder}/${segment}`
      if (this.#files.has(folder)) return false
      this.#folders.add(folder)
    }
    this.#exact.add(exact)
    this.#files.add(folded)
    return true
  }
}
