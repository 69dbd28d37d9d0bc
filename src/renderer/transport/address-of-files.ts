import type { HeldPicture, SkippedFile } from '../../main/contract/images.ts'
import type { PreloadBridge } from '../../main/contract/preload-bridge.ts'
import { preloadBridge } from './connect.ts'
import { filesOfDrop, filesOfField } from './dropped-files.ts'
import { base64Of } from './picture-bytes.ts'
import { sendEach, sendFiles } from './send-files.ts'

export interface AddressOptions {
  /** Called as files arrive on the server, with the number of all; never in Electron, where nothing has to be sent. */
  readonly onProgress?: (done: number, total: number) => void
  /** Called for each file that cannot be sent, with the reason; the others are. */
  readonly onNotSent?: (file: SkippedFile) => void
  readonly signal?: AbortSignal
}

/** `images.hold` of the studio. */
export type Hold = (picture: HeldPicture) => Promise<{ readonly path: string }>

/**
 * Paths on the studio's machine of what was dropped, pasted or chosen, for `images.import`. In Electron they are the files themselves, and a
 * picture without a file (of the clipboard) is held by the studio; in a browser all are sent to the server first. Call it in the event of the
 * drop. Throws `CANCELLED`, `CONNECTION_LOST`, `DISK_FULL`.
 */
export async function addressOfFiles(
  source: DataTransfer | FileList,
  hold: Hold,
  options: AddressOptions = {},
): Promise<readonly string[]> {
  const bridge = preloadBridge()
  const isDrop = source instanceof DataTransfer
  if (bridge !== null) return pathsOrHeld(bridge, [...(isDrop ? source.files : source)], hold)
  const { onProgress = () => undefined, onNotSent = () => undefined, signal = null } = options
  const picked = isDrop ? await filesOfDrop(source, onNotSent) : filesOfField(source)
  return sendFiles(picked, { onProgress, onNotSent, signal })
}

/** The same for loose files, with one answer for each in their order, null for one that was not sent: for `runs.predict`. */
export async function addressOfEach(files: readonly File[], hold: Hold, options: AddressOptions = {}): Promise<readonly (string | null)[]> {
  const bridge = preloadBridge()
  if (bridge !== null) return pathsOrHeld(bridge, files, hold)
  const { onProgress = () => undefined, onNotSent = () => undefined, signal = null } = options
  const picked = files.map((file) => ({ file, path: file.name }))
  return sendEach(picked, { onProgress, onNotSent, signal })
}

function pathsOrHeld(bridge: PreloadBridge, files: readonly File[], hold: Hold): Promise<string[]> {
  const address = async (file: File): Promise<string> => {
    const path = bridge.pathForFile(file)
    return path === '' ? (await hold(await heldPicture(file))).path : path
  }
  return Promise.all(files.map(address))
}

/** A file that was made by script has a name that need not be one on a disk. */
async function heldPicture(file: File): Promise<HeldPicture> {
  const name = file.name
    .replace(/[^\p{L}\p{N} ._-]/gu, '')
    .slice(-80)
    .replace(/^[ ._-]+/, '')
  return { name: name === '' ? 'Picture' : name, base64: base64Of(new Uint8Array(await file.arrayBuffer())) }
}
