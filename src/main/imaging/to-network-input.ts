import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import { decodePlainJpegInto, inspectPicture, type Picture } from './decode-picture.ts'
import { fastNetworkInput } from './fast-network-input.ts'
import { isPlain, readJpegHeader } from './jpeg-header.ts'
import { PictureProblem } from './picture-problem.ts'
import { originalSize, readOriginal } from './read-original.ts'
import { sniffFormat } from './sniff-format.ts'
import { decodeWorkingCopy, makeWorkingCopy } from './working-copy.ts'

type Task = ImageTasks['toNetworkInput']

function pictureToNetworkInput({ pixels, widthPx, heightPx }: Picture, sizePx: number): Uint8Array {
  return fastNetworkInput(sizePx).of(widthPx, heightPx, (target) => target.set(pixels))
}

/** What the network sees of a working copy: [size, size, 3] RGB bytes. Throws `PictureProblem`. */
export async function workingCopyToNetworkInput(workingCopy: Buffer, sizePx: number): Promise<Uint8Array> {
  const header = sniffFormat(workingCopy) === 'jpeg' ? readJpegHeader(workingCopy) : null
  if (header !== null && isPlain(header)) {
    try {
      return fastNetworkInput(sizePx).of(header.widthPx, header.heightPx, (target) => decodePlainJpegInto(workingCopy, target))
    } catch (error) {
      // As in `decodePicture`: the careful decoder says whether it is damaged.
      if (!(error instanceof Error)) throw error
    }
  }
  return pictureToNetworkInput(await decodeWorkingCopy(workingCopy), sizePx)
}

/** What the network sees of an original: exactly what it would see had the file been imported. Throws `PictureProblem`. */
export async function originalToNetworkInput(original: Buffer, workingCopyPx: number, sizePx: number): Promise<Uint8Array> {
  const header = await inspectPicture(original)
  const { bytes, source, isOriginal } = await makeWorkingCopy(original, header, workingCopyPx)
  return isOriginal ? pictureToNetworkInput(source, sizePx) : workingCopyToNetworkInput(bytes, sizePx)
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
