import { StudioError, WireError, fromWireError } from '../../main/contract/errors.ts'
import { preloadBridge } from './connect.ts'
import { filesOfDrop, filesOfField, type PickedFile } from './dropped-files.ts'

export interface AddressOptions {
  /** Called after each file that was sent to the server; never in Electron, where nothing has to be sent. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Files under way to the server at a time: enough to fill the line, few enough to leave connections for thumbnails. */
const uploadsAtOnce = 3

/**
 * Paths on the studio's machine of what was dropped or chosen, for `images.import`. In Electron they are the files themselves; in a
 * browser the files are sent to the server first. Call it in the event of the drop. Throws `CANCELLED`, `CONNECTION_LOST`, and what the
 * server says of a file (`DISK_FULL`, `PICTURE_UNREADABLE`).
 */
export async function addressOfFiles(source: DataTransfer | FileList, options: AddressOptions = {}): Promise<readonly string[]> {
  const bridge = preloadBridge()
  const isDrop = source instanceof DataTransfer
  if (bridge !== null) {
    const files = isDrop ? source.files : source
    return [...files].map((file) => bridge.pathForFile(file)).filter((path) => path !== '')
  }
  const picked = isDrop ? await filesOfDrop(source) : filesOfField(source)
  return upload(picked, options)
}

/** Answers the topmost folders and the loose files, each once. */
async function upload(files: readonly PickedFile[], { onProgress, signal }: AddressOptions): Promise<readonly string[]> {
  const batch = crypto.randomUUID()
  // By place, because uploads end in any order and the answer keeps the order given.
  const paths: string[] = []
  const queue = files.entries()
  const giveUp = new AbortController()
  const either = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal])
  let done = 0
  const send = async (): Promise<void> => {
    for (const [place, file] of queue) {
      paths[place] = await uploadOne(batch, file, either)
      done += 1
      onProgress?.(done, files.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: uploadsAtOnce }, send))
  } finally {
    // The others do not go on sending what nobody will import.
    giveUp.abort()
  }
  return [...new Set(paths)]
}

async function uploadOne(batch: string, { file, path }: PickedFile, signal: AbortSignal): Promise<string> {
  const address = `/uploads?${new URLSearchParams({ batch, path }).toString()}`
  const response = await post(address, file, signal)
  const answer: unknown = await response.json()
  if (response.ok && typeof answer === 'object' && answer !== null && 'path' in answer && typeof answer.path === 'string')
    return answer.path
  const error = WireError.safeParse(answer)
  throw error.success ? fromWireError(error.data) : new StudioError('INTERNAL', { message: `upload answered ${response.status}` })
}

async function post(address: string, body: Blob, signal: AbortSignal): Promise<Response> {
  try {
    const headers = { 'content-type': 'application/octet-stream' }
    return await fetch(address, { method: 'POST', body, headers, signal })
  } catch (error) {
    throw new StudioError(signal.aborted ? 'CANCELLED' : 'CONNECTION_LOST', {}, { cause: error })
  }
}
