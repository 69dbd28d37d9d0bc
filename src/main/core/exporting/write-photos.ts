import { mkdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { PhotoLayout } from '../../contract/photo-export.ts'
import type { OpenProject } from '../context.ts'
import { folderClassesFile, folderClassesText } from '../images/folder-classes.ts'
import { pathsInside, workingCopyFile } from '../images/photo-files.ts'
import { readPlainStart } from '../plain-file.ts'
import { copyChecked } from './copy-checked.ts'
import { jpegSize } from './jpeg-size.ts'
import type { PhotoToWrite } from './photo-export-rows.ts'
import { cocoText, labelsCsv, type WrittenPhoto } from './photo-lists.ts'
import { parts, SafeNames } from './safe-names.ts'

export interface PhotosToWrite {
  readonly project: OpenProject
  readonly photos: readonly PhotoToWrite[]
  readonly layout: PhotoLayout
  /** An empty folder. */
  readonly folder: string
  /** Names of all classes, in their order. */
  readonly classes: readonly string[]
  readonly atMs: number
  readonly signal: AbortSignal
  readonly onProgress: (done: number) => void
}

export interface PhotosWritten {
  /** Relative to the folder, with `/`; lists come first. */
  readonly files: readonly string[]
  readonly photos: readonly WrittenPhoto[]
  readonly fromWorkingCopy: number
  readonly renamed: number
  /** Names of those that could not be written. */
  readonly missing: readonly string[]
  readonly bytes: number
}

/** Photos copied side by side: the disk is kept busy, and memory holds a piece of each. */
const sideBySide = 4
/** A JPEG says its size before its picture; EXIF and colour profiles come first. */
const headBytes = 256 * 1024

/** One photo, copied, or null where neither its file nor its working copy is there. */
type Copied = (WrittenPhoto & { readonly name: string; readonly bytes: number; readonly isWorkingCopy: boolean }) | null

/** Writes photos, and what lists them, into a folder. Throws the signal's reason and the disk's errors; what is written is the caller's to remove then. */
export async function writePhotos(order: PhotosToWrite): Promise<PhotosWritten> {
  const { photos, folder } = order
  const places = new Places(order)
  for (const name of places.folders) await mkdir(join(folder, name))
  const inside = await pathsInside(order.project.files)
  const copied: Copied[] = []
  let done = 0
  await forEach(photos.length, order.signal, async (index, signal) => {
    copied[index] = await copyPhoto({ ...order, signal }, photos[index]!, places, inside)
    order.onProgress(++done)
  })
  const written = copied.filter((each) => each !== null)
  const lists = listsOf(order, written, places)
  for (const [name, text] of lists) await writeFile(join(folder, name), text, { flag: 'wx' })
  return {
    files: [...lists.map(([name]) => name), ...written.map(({ file }) => file)],
    photos: written,
    fromWorkingCopy: written.filter(({ isWorkingCopy }) => isWorkingCopy).length,
    renamed: written.filter(({ file, name }) => file.slice(file.lastIndexOf('/') + 1) !== name).length,
    missing: photos.filter((_, index) => copied[index] === null).map(({ name }) => name),
    bytes: written.reduce((sum, { bytes }) => sum + bytes, 0) + lists.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0),
  }
}

/** Calls `work` for every index below `count`, some side by side. Rejects with the first failure, when nothing is under way any more. */
async function forEach(count: number, signal: AbortSignal, work: (index: number, signal: AbortSignal) => Promise<void>): Promise<void> {
  const failed = new AbortController()
  const ended = AbortSignal.any([signal, failed.signal])
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count && !ended.aborted; index = next++) {
      await work(index, ended).catch((error: unknown) => failed.abort(error))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, lane))
  ended.throwIfAborted()
}

function listsOf(
  { classes, atMs, project, layout }: PhotosToWrite,
  written: readonly WrittenPhoto[],
  { classOfFolder }: Places,
): readonly (readonly [name: string, text: string])[] {
  const used = new Set(written.map(({ className }) => className))
  const about = { classes: classes.filter((name) => used.has(name)), title: project.name, year: new Date(atMs).getFullYear() }
  switch (layout) {
    case 'folders':
      return classOfFolder.size === 0 ? [] : [[folderClassesFile, folderClassesText(classOfFolder)]]
    case 'csv':
      return [['labels.csv', labelsCsv(written)]]
    case 'coco':
      return [['annotations.json', cocoText(written, about)]]
    default:
      return layout satisfies never
  }
}

/** The very file that was added, told by its hash, else the working copy. A project from elsewhere may link to files outside of itself. */
async function copyPhoto(
  { project, folder, signal }: PhotosToWrite,
  photo: PhotoToWrite,
  places: Places,
  inside: (path: string) => Promise<string | null>,
): Promise<Copied> {
  const { className, hash, name, sourcePath, widthPx, heightPx } = photo
  const file = places.take(className, fileName(photo))
  const bytes = await copyChecked(sourcePath, join(folder, file), hash, signal)
  if (bytes !== null) return { file, className, widthPx, heightPx, name, bytes, isWorkingCopy: false }
  const copy = await inside(workingCopyFile(project.files, hash))
  if (copy === null) return null
  // A small upright JPEG is its own working copy.
  const same = await copyChecked(copy, join(folder, file), hash, signal)
  if (same !== null) return { file, className, widthPx, heightPx, name, bytes: same, isWorkingCopy: false }
  const isJpeg = /^\.jpe?g$/i.test(extname(file))
  const jpeg = isJpeg ? file : places.take(className, `${parts(name).stem}.jpg`)
  const size = jpegSize((await readPlainStart(copy, headBytes)) ?? Buffer.alloc(0))
  const copyBytes = size === null ? null : await copyChecked(copy, join(folder, jpeg), null, signal)
  return size === null || copyBytes === null ? null : { file: jpeg, className, ...size, name, bytes: copyBytes, isWorkingCopy: true }
}

const endings: Readonly<Record<string, RegExp>> = {
  jpeg: /^\.(jpe?g|jfif|jpe)$/i,
  png: /^\.png$/i,
  webp: /^\.webp$/i,
  gif: /^\.gif$/i,
  tiff: /^\.tiff?$/i,
  avif: /^\.avif$/i,
}

/** Other programs tell a picture by its ending: a name without one of a picture gets that of its kind. */
function fileName({ name, format }: PhotoToWrite): string {
  const ending = extname(name)
  const isPicture = Object.values(endings).some((known) => known.test(ending))
  return isPicture ? name : `${name}.${format === 'jpeg' ? 'jpg' : format}`
}

/** Where each photo goes, no two to the same place. */
class Places {
  /** To be made, relative. */
  readonly folders: readonly string[]
  /** Classes whose folder is not called as they are. */
  readonly classOfFolder: ReadonlyMap<string, string>
  readonly #folderOf: ReadonlyMap<string | null, string>
  readonly #names = new Map<string, SafeNames>()

  constructor({ photos, layout, classes }: PhotosToWrite) {
    if (layout !== 'folders') {
      this.folders = ['images']
      this.classOfFolder = new Map()
      this.#folderOf = new Map([null, ...classes].map((name) => [name, 'images']))
      return
    }
    const used = new Set(photos.map(({ className }) => className))
    const names = new SafeNames([folderClassesFile])
    const folders = classes.filter((name) => used.has(name)).map((name) => [name, names.take(name, 'class')] as const)
    this.folders = folders.map(([, folder]) => folder)
    this.classOfFolder = new Map(folders.filter(([name, folder]) => name !== folder).map(([name, folder]) => [folder, name]))
    // Photos without a class lie beside the folders: a folder of theirs would be a class to every program, ours too.
    this.#folderOf = new Map(folders)
    this.#names.set('', names)
  }

  /** The path of a photo, relative to the folder of the whole, with `/`. */
  take(className: string | null, name: string): string {
    const folder = this.#folderOf.get(className) ?? ''
    let names = this.#names.get(folder)
    if (names === undefined) this.#names.set(folder, (names = new SafeNames()))
    const free = names.take(name, 'photo')
    return folder === '' ? free : `${folder}/${free}`
  }
}
