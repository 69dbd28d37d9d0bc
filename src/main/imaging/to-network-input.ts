import { networkInput } from '../../../resources/export-kits/network-input.js'
import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import { inspectPicture } from './decode-picture.ts'
import { PictureProblem } from './picture-problem.ts'
import { originalSize, readOriginal } from './read-original.ts'
import { decodeWorkingCopy, makeWorkingCopy } from './working-copy.ts'

type Task = ImageTasks['toNetworkInput']

/** What the network sees of a working copy: [size, size, 3] RGB bytes. Throws `PictureProblem`. */
export async function workingCopyToNetworkInput(workingCopy: Buffer, sizePx: number): Promise<Uint8Array> {
  const { pixels, widthPx, heightPx } = await decodeWorkingCopy(workingCopy)
  return networkInput(pixels, widthPx, heightPx, sizePx)
}

/** What the network sees of an original: exactly what it would see had the file been imported. Throws `PictureProblem`. */
export async function originalToNetworkInput(original: Buffer, workingCopyPx: number, sizePx: number): Promise<Uint8Array> {
  const header = await inspectPicture(original)
  const { bytes, source, isOriginal } = await makeWorkingCopy(original, header, workingCopyPx)
  return isOriginal ? networkInput(source.pixels, source.widthPx, source.heightPx, sizePx) : workingCopyToNetworkInput(bytes, sizePx)
}

/** The task `toNetworkInput`: one answer a file, in the order of `files`, one file after the other. */
export async function toNetworkInputs(
  { files, workingCopyPx, sizePx }: Task['input'],
  { signal }: { readonly signal: AbortSignal },
): Promise<Task['result']> {
  const answers: Task['result'][number][] = []
  for (const path of files) {
    signal.throwIfAborted()
    try {
      await originalSize(path)
      answers.push({ state: 'ready', pixels: await originalToNetworkInput(await readOriginal(path), workingCopyPx, sizePx) })
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error
      answers.push({ state: 'unreadable', reason: error.detail })
    }
  }
  return answers
}
