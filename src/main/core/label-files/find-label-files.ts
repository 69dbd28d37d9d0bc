import { basename, resolve } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { ImportSource, SkippedFile } from '../../contract/images.ts'
import type { ListedFile } from '../images/list-files.ts'
import { shownPath } from '../images/sent-name.ts'
import { looksLikePhoto } from './label-file.ts'
import type { FoundLabelFile } from './match-photos.ts'
import { placeOfFile } from './photo-index.ts'
import { mayHoldLabels, readLabelFile } from './read-label-file.ts'

export interface FoundLabels {
  readonly labelFiles: readonly FoundLabelFile[]
  /** Everything else, in its order. */
  readonly others: readonly ListedFile[]
  /** Files that were given as labels and have none. */
  readonly skipped: readonly SkippedFile[]
}

/**
 * Reads the files of labels among those listed. One that lies in a folder, and that may be there by chance, counts only where it names a photo of
 * the same import.
 * @throws LABELS_UNREADABLE where nothing else was given.
 */
export async function findLabelFiles(
  listed: readonly ListedFile[],
  givenPaths: readonly string[],
  signal: AbortSignal,
): Promise<FoundLabels> {
  const given = new Set(givenPaths.map((path) => resolve(path)))
  const names = new Set(listed.map((file) => basename(placeOfFile(file)).toLowerCase()))
  const labelFiles: FoundLabelFile[] = []
  const others: ListedFile[] = []
  const skipped: SkippedFile[] = []
  for (const file of listed) {
    const isGiven = given.has(file.path)
    if (looksLikePhoto(file.path) || !(isGiven || mayHoldLabels(file.path))) {
      others.push(file)
      continue
    }
    if (signal.aborted) throw new StudioError('CANCELLED', {})
    const place = placeOfFile(file)
    const read = await readLabelFile(file.path, { isGiven })
    if (read.state === 'labels' && (isGiven || namesOneOf(names, read.labels.photos))) {
      labelFiles.push({ place, isAlone: isGiven, labels: read.labels })
    } else if (read.state === 'other' && isGiven) {
      if (given.size === 1) throw new StudioError('LABELS_UNREADABLE', { file: shownPath(place), reason: read.why })
      skipped.push({ file: place, reason: 'no-labels', detail: read.why })
    } else others.push(file)
  }
  return { labelFiles, others, skipped }
}

function namesOneOf(names: ReadonlySet<string>, photos: FoundLabelFile['labels']['photos']): boolean {
  return photos.some(({ places }) => places.some((place) => names.has((place.split('/').at(-1) ?? '').toLowerCase())))
}

/** What a report says of a file of labels. */
export function sourceOf({ place, labels: { kind, photos, taken } }: FoundLabelFile): ImportSource {
  const classes = new Set(photos.flatMap((photo) => photo.classes))
  return { file: place, kind, photos: photos.length, classes: classes.size, taken }
}
