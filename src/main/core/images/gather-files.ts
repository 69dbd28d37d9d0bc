import { StudioError } from '../../contract/errors.ts'
import type { ImportSource, SkippedFile } from '../../contract/images.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { findLabelFiles, sourceOf } from '../label-files/find-label-files.ts'
import type { NamedPhoto } from '../label-files/label-file.ts'
import { labelFileName, matchPhotos, type FoundLabelFile, type MissingPhoto } from '../label-files/match-photos.ts'
import { findNamedImages } from './find-named-images.ts'
import { listFiles, type FileList, type ListedFile } from './list-files.ts'
import { openArchives, type OpenedArchives } from './open-archives.ts'

export interface GatherRequest {
  readonly paths: readonly string[]
  /** What becomes of photos with several classes. */
  readonly several: 'unlabelled' | 'largest' | 'skip'
}

/** An image that is in the project, with what a file of labels says of it. */
export interface NamedInProject {
  readonly imageId: number
  readonly hash: string
  /** As the file of labels names it. */
  readonly file: string
  readonly classes: readonly string[]
}

/** All that an import takes. */
export interface Gathered {
  readonly files: readonly ListedFile[]
  readonly inProject: readonly NamedInProject[]
  readonly skipped: readonly SkippedFile[]
  readonly sources: readonly ImportSource[]
  /** Whether the classes come from a file: then folders name none. */
  readonly hasLabelFile: boolean
  /** Deletes what was unpacked. */
  close(): Promise<void>
}

/**
 * Finds out what was given: files, folders, archives, which are unpacked, and files of labels, which are read. Nothing of the project changes.
 * @throws what `listFiles` and `openArchives` throw, LABELS_UNREADABLE, and LABELS_WITHOUT_PHOTOS where there is nothing to import.
 */
export async function gatherFiles(
  context: StudioContext,
  project: OpenProject,
  request: GatherRequest,
  job: JobContext,
): Promise<Gathered> {
  job.progress('listing', 0, null)
  const archives = await openArchives(context, request.paths, job)
  try {
    const list = await listAll(archives, job)
    const labels = await findLabelFiles(list.files, archives.paths, job.signal)
    const skipped = [...list.unreadable, ...archives.skipped, ...labels.skipped]
    const close = (): Promise<void> => archives.close()
    if (labels.labelFiles.length === 0) {
      return { files: labels.others, inProject: [], skipped, sources: archives.sources, hasLabelFile: false, close }
    }
    const named = await nameFiles(project, request, labels.labelFiles, labels.others)
    const sources = [...archives.sources, ...labels.labelFiles.map(sourceOf)]
    return { ...named, skipped: [...skipped, ...named.skipped], sources, hasLabelFile: true, close }
  } catch (error) {
    await archives.close()
    throw error
  }
}

/** Lists everything, and says of what was unpacked where it comes from. */
async function listAll({ paths, unpacked, skipped }: OpenedArchives, job: JobContext): Promise<FileList> {
  // Of archives without a good file there is nothing to list, but something to tell.
  if (paths.length === 0 && skipped.length > 0) return { files: [], unreadable: [] }
  const list = await listFiles(paths, { signal: job.signal, onProgress: (found) => job.progress('listing', found, null) })
  const files = list.files.map((file): ListedFile => {
    const from = unpacked.get(file.path)
    if (from === undefined) return file
    const { origin, className } = from
    return { ...file, origin, ...(className === null ? {} : { named: [className] }) }
  })
  return { ...list, files }
}

type Named = Pick<Gathered, 'files' | 'inProject' | 'skipped'>

async function nameFiles(
  project: OpenProject,
  { several }: GatherRequest,
  labelFiles: readonly FoundLabelFile[],
  given: readonly ListedFile[],
): Promise<Named> {
  const matched = await matchPhotos(labelFiles, given)
  const { found, missing } = await findNamedImages(project.db, matched.missing)
  if (matched.classes.size + found.length + given.length === 0) throw withoutPhotos(labelFiles)
  const skipped: SkippedFile[] = labelFiles.flatMap((labelFile) => problemsOf(labelFile))
  const files: ListedFile[] = []
  for (const file of [...given, ...matched.added]) {
    const classes = matched.classes.get(file)
    if (classes === undefined) files.push(file)
    else if (several === 'skip' && classes.length > 1) {
      skipped.push({ file: file.origin ?? file.path, reason: 'several-classes', detail: classes.join(', ') })
    } else files.push({ ...file, named: chosen(classes, several) })
  }
  const inProject = found.map(({ image, missing: { photo } }) => ({
    imageId: image.id,
    hash: image.hash,
    file: photo.file,
    classes: chosen(photo.classes, several),
  }))
  return { files, inProject, skipped: [...skipped, ...missing.map(asSkipped)] }
}

function chosen(classes: readonly string[], several: GatherRequest['several']): readonly string[] {
  return several === 'largest' ? classes.slice(0, 1) : classes
}

function problemsOf(labelFile: FoundLabelFile): SkippedFile[] {
  return labelFile.labels.problems.map(({ where, why }) => ({
    file: `${labelFileName(labelFile)}, ${where}`,
    reason: 'not-understood' as const,
    detail: why,
  }))
}

function asSkipped({ photo, labelFile, reason }: MissingPhoto): SkippedFile {
  return { file: photo.file, reason, detail: labelFileName(labelFile) }
}

function withoutPhotos(labelFiles: readonly FoundLabelFile[]): StudioError {
  const photos: NamedPhoto[] = labelFiles.flatMap(({ labels }) => labels.photos)
  const [first] = labelFiles
  return new StudioError('LABELS_WITHOUT_PHOTOS', {
    file: first === undefined ? '' : labelFileName(first),
    photos: photos.length,
    example: photos[0]?.file ?? '',
  })
}
