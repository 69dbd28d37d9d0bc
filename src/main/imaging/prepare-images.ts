import { hash as digest } from 'node:crypto'
import { basename } from 'node:path'
import type { ImageFolders, ImageTasks, Prepared, PreparedImage } from '../contract/worker/image-tasks.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import { Budget } from './budget.ts'
import { inspectPicture } from './decode-picture.ts'
import { ImageStore } from './image-store.ts'
import { measurePicture } from './measure-picture.ts'
import { perceptualHash } from './perceptual-hash.ts'
import { pixelHash } from './pixel-hash.ts'
import { PictureProblem } from './picture-problem.ts'
import { withOriginal } from './read-original.ts'
import { Scratch } from './scratch.ts'
import { encodeThumbnail, shrinkToThumbnail } from './thumbnail.ts'
import { makeWorkingCopy } from './working-copy.ts'

type PrepareTask = ImageTasks['prepare']
type FileToPrepare = PrepareTask['input']['files'][number]
type Outcome = Prepared extends infer P ? (P extends Prepared ? Omit<P, 'index'> : never) : never

// Enough to keep four decoding threads busy while others read and write.
const filesInFlight = 8
// Most pictures are decoded row by row; interlaced ones whole, which takes 3 to 8 bytes a pixel.
const pixelsInFlight = 64e6
const bytesInFlight = 256 * 1024 ** 2

/**
 * A picture with a shorter side holds nothing to learn from: spacers of web pages, bullets, pixels that count readers. The networks look at
 * squares of some 224 px, in which each of its pixels would be a block of 28, and it does not fill the 9 x 8 fields by which near-identical
 * pictures are told. Data sets of very small pictures are taken: the smallest well-known one has digits of 8 x 8.
 */
const minSidePx = 8

/** What one file after the other goes through. */
class Memory {
  readonly original = new Scratch()
  readonly pixels = new Scratch()
  readonly workingCopy = new Scratch()
  readonly thumbnail = new Scratch()
  readonly thumbnailFile = new Scratch()
}

class Preparation {
  readonly #workingCopies: ImageStore
  readonly #thumbnails: ImageStore
  readonly #workingCopyPx: number
  /** Hashes met in this request, with what became of the file that had them first. */
  readonly #met = new Map<string, Promise<Outcome>>()
  readonly #bytes = new Budget(bytesInFlight)
  readonly #pixels = new Budget(pixelsInFlight)

  constructor(folders: ImageFolders) {
    this.#workingCopies = new ImageStore(folders.workingCopies)
    this.#thumbnails = new ImageStore(folders.thumbnails)
    this.#workingCopyPx = folders.workingCopyPx
    this.#workingCopies.open()
    this.#thumbnails.open()
  }

  /** Throws only what stops the whole import: no room, no permission to write. */
  async prepareFile({ path, anew = false }: FileToPrepare, memory: Memory): Promise<Outcome> {
    try {
      return await withOriginal(path, ({ sizeBytes, read }) =>
        this.#bytes.hold(sizeBytes, async () => this.#prepareBytes(await read(memory.original), { name: basename(path), anew }, memory)),
      )
    } catch (error) {
      if (error instanceof PictureProblem) return { state: 'skipped', reason: error.reason, detail: error.detail }
      throw error
    }
  }

  async #prepareBytes(original: Buffer, { name, anew }: { name: string; anew: boolean }, memory: Memory): Promise<Outcome> {
    const hash = digest('sha256', original)
    const before = this.#met.get(hash)
    if (before !== undefined) {
      const outcome = await before
      return outcome.state === 'skipped' ? outcome : { state: 'known', hash }
    }
    if (!anew && this.#workingCopies.has(hash) && this.#thumbnails.has(hash)) return { state: 'known', hash }
    const outcome = this.#preparePicture(original, hash, name, memory)
    this.#met.set(hash, outcome)
    return outcome
  }

  async #preparePicture(original: Buffer, hash: string, name: string, memory: Memory): Promise<Outcome> {
    try {
      const header = await inspectPicture(original)
      if (Math.min(header.widthPx, header.heightPx) < minSidePx) {
        throw new PictureProblem(
          'too-small',
          `${header.widthPx} x ${header.heightPx} pixels; photos of ${minSidePx} x ${minSidePx} and more are taken`,
        )
      }
      return await this.#pixels.hold(header.widthPx * header.heightPx, async () => {
        const { bytes, source } = await makeWorkingCopy(original, header, this.#workingCopyPx, memory)
        const thumbnail = shrinkToThumbnail(source, memory.thumbnail)
        const thumbnailBytes = await encodeThumbnail(thumbnail, memory.thumbnailFile)
        this.#workingCopies.write(hash, bytes)
        this.#thumbnails.write(hash, thumbnailBytes)
        const { format, widthPx, heightPx, taken } = header
        const image: PreparedImage = {
          hash,
          name,
          format,
          widthPx,
          heightPx,
          sizeBytes: original.length,
          perceptualHash: perceptualHash(thumbnail),
          pixelHash: pixelHash({ source, thumbnail, widthPx, heightPx }),
          taken,
          measure: measurePicture(thumbnail),
        }
        return { state: 'prepared', image }
      })
    } catch (error) {
      if (error instanceof PictureProblem) return { state: 'skipped', reason: error.reason, detail: error.detail }
      throw error
    }
  }
}

/**
 * The task `prepare`: every file is read, hashed, checked and decoded, and its working copy and thumbnail written. One event a file, in
 * any order; a file that is no good never stops the others. A bounded number of files, bytes and pixels is in memory at a time.
 * Throws `DISK_FULL`, `FOLDER_NOT_FOUND` or `NOT_WRITABLE`; when cancelled, after the files under way are finished.
 */
export async function prepareImages(
  { files, folders }: PrepareTask['input'],
  { signal, emit }: Pick<TaskContext<Prepared>, 'signal' | 'emit'>,
): Promise<null> {
  const preparation = new Preparation(folders)
  let next = 0
  let failed = false
  const takeFiles = async (): Promise<void> => {
    const memory = new Memory()
    for (let file = files[next++]; file !== undefined && !signal.aborted && !failed; file = files[next++]) {
      try {
        const outcome = await preparation.prepareFile(file, memory)
        // Another file may have failed meanwhile, which the compiler cannot see.
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
        if (!failed) emit({ index: file.index, ...outcome })
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(filesInFlight, files.length) }, takeFiles))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  signal.throwIfAborted()
  return null
}
