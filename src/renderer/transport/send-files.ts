import { z } from 'zod'
import { StudioError, WireError, fromWireError } from '../../main/contract/errors.ts'
import type { SkippedFile } from '../../main/contract/images.ts'
import { largestUpload, UploadOutcome, type UploadHead } from '../../main/contract/uploads.ts'
import { describeError } from '../text/errors.ts'
import { bytesText } from '../text/numbers.ts'
import type { PickedFile } from './dropped-files.ts'
import { uploadBatches, type UploadBatch } from './upload-batches.ts'

interface SendOptions {
  readonly onProgress: (done: number, total: number) => void
  readonly onNotSent: (file: SkippedFile) => void
  readonly signal: AbortSignal | null
}

/** One goes over the line while the other is written; more would take connections from the thumbnails. */
const requestsAtOnce = 2

/**
 * Sends files to the server of this page. Answers what to import, on its machine: the topmost folders and the loose files, each once, in the
 * order given. A file that is too large or cannot be read is named to `onNotSent` and the rest goes on; it counts as done. Throws `CANCELLED`,
 * `CONNECTION_LOST`, `DISK_FULL`; nobody imports what was sent until then.
 */
export async function sendFiles(files: readonly PickedFile[], options: SendOptions): Promise<readonly string[]> {
  const paths = await sendEach(files, options)
  return [...new Set(paths.filter((path) => path !== null))]
}

/** The same, with one answer for each file, in their order: its topmost folder or itself, or null where it was not sent. */
export async function sendEach(files: readonly PickedFile[], options: SendOptions): Promise<readonly (string | null)[]> {
  const { onProgress, onNotSent, signal } = options
  const drop = crypto.randomUUID()
  const paths = new Map<PickedFile, string>()
  let done = 0
  const count = (more: number): void => {
    done += more
    if (more > 0) onProgress(done, files.length)
  }
  const isTooLarge = ({ file }: PickedFile): boolean => file.size > largestUpload(file.name)
  const tooLarge = files.filter(isTooLarge)
  for (const picked of tooLarge) onNotSent(notSent(picked, 'too-large', sizeReason(picked.file)))
  count(tooLarge.length)
  const queue = uploadBatches(files.filter((picked) => !isTooLarge(picked))).values()
  const giveUp = new AbortController()
  const either = signal === null ? giveUp.signal : AbortSignal.any([signal, giveUp.signal])
  const send = async (): Promise<void> => {
    for (const batch of queue) {
      for (const { picked, path } of await sendBatch(drop, batch, onNotSent, either)) paths.set(picked, path)
      count(batch.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: requestsAtOnce }, send))
  } finally {
    // The other one does not go on sending what nobody will use.
    giveUp.abort()
  }
  return files.map((picked) => paths.get(picked) ?? null)
}

interface Sent {
  readonly picked: PickedFile
  readonly path: string
}

/** A browser that meets a file it cannot read gives up the whole request: then that file is left out and the others are sent again. */
async function sendBatch(
  drop: string,
  batch: UploadBatch,
  onNotSent: SendOptions['onNotSent'],
  signal: AbortSignal,
): Promise<readonly Sent[]> {
  try {
    return takeAnswer(batch, await post(drop, batch, signal), onNotSent)
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'CONNECTION_LOST') throw error
    const isReadable = await Promise.all(batch.map(({ file }) => canBeRead(file)))
    const readable = batch.filter((_, index) => isReadable[index])
    if (readable.length === batch.length) throw error
    for (const picked of batch.filter((each) => !readable.includes(each))) {
      onNotSent(notSent(picked, 'unreadable', 'it was moved or changed since it was chosen, or there is no permission to read it'))
    }
    return readable.length === 0 ? [] : sendBatch(drop, readable, onNotSent, signal)
  }
}

async function post(drop: string, batch: UploadBatch, signal: AbortSignal): Promise<unknown> {
  const body = new Blob(batch.flatMap(({ file, path }) => [head({ path, sizeBytes: file.size }), file]))
  try {
    const response = await fetch(`/uploads?${new URLSearchParams({ drop }).toString()}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/octet-stream' },
      signal,
    })
    const answer: unknown = await response.json()
    if (response.ok) return answer
    const error = WireError.safeParse(answer)
    throw error.success ? fromWireError(error.data) : new StudioError('INTERNAL', { message: `the upload was answered ${response.status}` })
  } catch (error) {
    if (error instanceof StudioError) throw error
    throw new StudioError(signal.aborted ? 'CANCELLED' : 'CONNECTION_LOST', {}, { cause: error })
  }
}

const head = (of: UploadHead): string => `${JSON.stringify(of)}\n`

function takeAnswer(batch: UploadBatch, answer: unknown, onNotSent: SendOptions['onNotSent']): readonly Sent[] {
  const outcomes = z.array(UploadOutcome).length(batch.length).parse(answer)
  return batch.flatMap((picked, index) => {
    const outcome = outcomes[index]
    if (outcome !== undefined && 'path' in outcome) return [{ picked, path: outcome.path }]
    if (outcome !== undefined) onNotSent(notSent(picked, 'unreadable', describeError(outcome.error).title))
    return []
  })
}

async function canBeRead(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

const sizeReason = ({ name, size }: File): string => `${bytesText(size)}; files of up to ${bytesText(largestUpload(name))} are read`
const notSent = ({ path }: PickedFile, reason: SkippedFile['reason'], detail: string): SkippedFile => ({ file: path, reason, detail })
