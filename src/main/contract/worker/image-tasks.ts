import type { SkippedFile, TakenTime } from '../images.ts'
import type { Task } from './protocol.ts'

/** A picture that was read whole and whose working copy and thumbnail are on disk. */
export interface PreparedImage {
  readonly hash: string
  readonly name: string
  readonly format: string
  /** Of the original, orientation applied. */
  readonly widthPx: number
  readonly heightPx: number
  readonly sizeBytes: number
  /** 64-bit difference hash of the picture, 16 hex digits. */
  readonly perceptualHash: string
  readonly taken: TakenTime | null
}
export type Prepared = { readonly index: number } & (
  | { readonly state: 'prepared'; readonly image: PreparedImage }
  /** Bytes that were met before in this request, or whose copies lie in the folders: only the hash was computed. */
  | { readonly state: 'known'; readonly hash: string }
  | { readonly state: 'skipped'; readonly reason: Exclude<SkippedFile['reason'], 'duplicate'>; readonly detail: string }
)

/** Where the image worker writes, as `ab/HASH.jpg`; `core/images/photo-files.ts` names the files in the same way. */
export interface ImageFolders {
  readonly workingCopies: string
  readonly thumbnails: string
  /** Short side of a working copy, px. Smaller pictures are not enlarged. */
  readonly workingCopyPx: number
}

export type ImageTasks = {
  /**
   * Reads, checks and prepares files; one event a file, as each is done, in any order. Cancelled: files under way are finished. `anew`: the
   * copies are written although they are there: nobody knows them, or they are damaged.
   */
  prepare: Task<
    {
      readonly files: readonly { readonly index: number; readonly path: string; readonly anew?: boolean }[]
      readonly folders: ImageFolders
    },
    Prepared,
    null
  >
  /** What a network that looks at squares of `sizePx` sees of originals, exactly as after an import; nothing is written. */
  toNetworkInput: Task<
    { readonly files: readonly string[]; readonly workingCopyPx: number; readonly sizePx: number; readonly withPng?: boolean },
    never,
    /** Per file row-major [size, size, 3] RGB bytes, or why not. `png`: the same pixels as a PNG file, where it was asked for. */
    readonly (
      | { readonly state: 'ready'; readonly pixels: Uint8Array; readonly png: Uint8Array | null }
      | { readonly state: 'unreadable'; readonly reason: string }
    )[]
  >
}
