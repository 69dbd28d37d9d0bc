import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import { decodePlainJpegInto, inspectPicture, loadSharp, type Picture } from './decode-picture.ts'
import { fastNetworkInput } from './fast-network-input.ts'
import { isPlain, readJpegHeader } from './jpeg-header.ts'
import { PictureProblem } from './picture-problem.ts'
import { readOriginal } from './read-original.ts'
import { sniffFormat } from './sniff-format.ts'
import { decodeWorkingCopy, makeWorkingCopy } from './working-copy.ts'

type Task = ImageTasks['toNetworkInput']

function pictureToNetworkInput({ pixels, widthPx, heightPx }: Picture, sizePx: number, target: Uint8Array): void {
  fastNetworkInput(sizePx).into(target, widthPx, heightPx, (picture) => picture.set(pixels))
}

/** Puts what the network sees of a working copy into `target`: [size, size, 3] RGB bytes. Throws `PictureProblem`. */
export async function writeNetworkInput(workingCopy: Buffer, sizePx: number, target: Uint8Array): Promise<void> {
  const header = sniffFormat(workingCopy) === 'jpeg' ? readJpegHeader(workingCopy) : null
  if (header !== null && isPlain(header)) {
    try {
      const decode = (picture: Buffer): void => decodePlainJpegInto(workingCopy, picture)
      fastNetworkInput(sizePx).into(target, header.widthPx, header.heightPx, decode)
      return
    } catch (error) {
      // As in `decodePicture`: the careful decoder says whether it is damaged.
      if (!(error instanceof Error)) throw error
    }
  }
  pictureToNetworkInput(await decodeWorkingCopy(workingCopy), sizePx, target)
}

/** What the network sees of an original: exactly what it would see had the file been imported. Throws `PictureProblem`. */
export async function originalToNetworkInput(original: Buffer, workingCopyPx: number, sizePx: number): Promise<Uint8Array> {
  const header = await inspectPicture(original)
  const { bytes, source, isOriginal } = await makeWorkingCopy(original, header, workingCopyPx)
  const input = new Uint8Array(sizePx * sizePx * 3)
  if (isOriginal) pictureToNetworkInput(source, sizePx, input)
  else await writeNetworkInput(bytes, sizePx, input)
  return input
}

/** Level 3 takes a third of the time of the usual 6 for a few percent more bytes, and a person waits for it. */
const pngCompressionLevel = 3

/** A square of RGB bytes as a PNG file. */
export async function encodePng(pixels: Uint8Array, sizePx: number): Promise<Buffer> {
  const raw = { width: sizePx, height: sizePx, channels: 3 } as const
  const sharp = await loadSharp()
  return sharp(pixels, { raw }).png({ compressionLevel: pngCompressionLevel }).toBuffer()
}

/** The task `toNetworkInput`: one answer a file, in the order of `files`, one file after the other. */
export async function toNetworkInputs(
  { files, workingCopyPx, sizePx, withPng = false }: Task['input'],
  { signal }: { readonly signal: AbortSignal },
): Promise<Task['result']> {
  const answers: Task['result'][number][] = []
  for (const path of files) {
    signal.throwIfAborted()
    try {
      const pixels = await originalToNetworkInput(await readOriginal(path), workingCopyPx, sizePx)
      answers.push({ state: 'ready', pixels, png: withPng ? await encodePng(pixels, sizePx) : null })
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error
      answers.push({ state: 'unreadable', reason: error.detail })
    }
  }
  return answers
}
