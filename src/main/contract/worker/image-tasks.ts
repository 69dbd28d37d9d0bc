import type { RowChanges } from '../augmentation.ts'
import type { SkippedFile, TakenTime } from '../images.ts'
import type { Task } from './protocol.ts'

/** What can be seen of a picture without knowing what is on it. */
export interface PictureMeasure {
  /** 0 (sharp) to 1 (blurred), as the networks see it. */
  readonly blur: number
  /** Luma that 95 of 100 pixels do not exceed, 0..255. */
  readonly highlight: number
  /** Share of nearly white pixels in the middle of the picture, 0..1. */
  readonly middleWhite: number
}

/** What became of a working copy that was measured. */
export type CopyMeasured = { readonly index: number } & (
  { readonly state: 'measured'; readonly measure: PictureMeasure; readonly taken: TakenTime | null } | { readonly state: 'unreadable' }
)

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
  /** The same for pictures that are equal in every pixel of their working copies, 16 hex digits (`imaging/pixel-hash.ts`). */
  readonly pixelHash: string
  readonly taken: TakenTime | null
  readonly measure: PictureMeasure
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
  /** Measures working copies; one event a copy, in any order. `original`: the file that was imported, null where it is not on this machine. */
  measure: Task<
    {
      readonly copies: readonly {
        readonly index: number
        readonly path: string
        readonly original: { readonly path: string; readonly sizeBytes: number; readonly hash: string } | null
      }[]
    },
    CopyMeasured,
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
  /**
   * What a network that looks at squares of `sizePx` would learn from working copies, each in its own look of this `draw`: PNG files, in the order of `copies`;
   * null for what is unreadable.
   */
  drawLooks: Task<
    {
      readonly copies: readonly { readonly hash: string; readonly path: string }[]
      readonly sizePx: number
      readonly changes: RowChanges
      readonly draw: number
    },
    never,
    readonly (Uint8Array | null)[]
  >
}
