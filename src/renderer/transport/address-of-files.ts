import type { SkippedFile } from '../../main/contract/images.ts'
import { preloadBridge } from './connect.ts'
import { filesOfDrop, filesOfField } from './dropped-files.ts'
import { sendFiles } from './send-files.ts'

export interface AddressOptions {
  /** Called as files arrive on the server, with the number of all; never in Electron, where nothing has to be sent. */
  readonly onProgress?: (done: number, total: number) => void
  /** Called for each file that cannot be sent, with the reason; the others are. */
  readonly onNotSent?: (file: SkippedFile) => void
  readonly signal?: AbortSignal
}

/**
 * Paths on the studio's machine of what was dropped or chosen, for `images.import`. In Electron they are the files themselves; in a
 * browser the files are sent to the server first. Call it in the event of the drop. Throws `CANCELLED`, `CONNECTION_LOST`, `DISK_FULL`.
 */
export async function addressOfFiles(source: DataTransfer | FileList, options: AddressOptions = {}): Promise<readonly string[]> {
  const bridge = preloadBridge()
  const isDrop = source instanceof DataTransfer
  if (bridge !== null) {
    const files = isDrop ? source.files : source
    return [...files].map((file) => bridge.pathForFile(file)).filter((path) => path !== '')
  }
  const { onProgress = () => undefined, onNotSent = () => undefined, signal = null } = options
  const picked = isDrop ? await filesOfDrop(source, onNotSent) : filesOfField(source)
  return sendFiles(picked, { onProgress, onNotSent, signal })
}
