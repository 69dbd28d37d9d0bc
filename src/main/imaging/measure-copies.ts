import { hash as digest } from 'node:crypto'
import type { CopyMeasured, ImageTasks } from '../contract/worker/image-tasks.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import { decodePicture, inspectPicture } from './decode-picture.ts'
import { measurePicture } from './measure-picture.ts'
import { PictureProblem } from './picture-problem.ts'
import { readOriginal, withOriginal } from './read-original.ts'
import { shrinkToThumbnail } from './thumbnail.ts'

type MeasureTask = ImageTasks['measure']
type Copy = MeasureTask['input']['copies'][number]

/** Decoding one takes longer than reading the next. */
const atOnce = 4

/**
 * The task `measure`: what an import measures, for images of before it did, from their working copies. When they were taken the copy says
 * where it is the file itself, else the original, where that is still there and still the same. One event a copy, in any order.
 */
export async function measureCopies(
  { copies }: MeasureTask['input'],
  { signal, emit }: Pick<TaskContext<CopyMeasured>, 'signal' | 'emit'>,
): Promise<null> {
  let next = 0
  const takeCopies = async (): Promise<void> => {
    for (let copy = copies[next++]; copy !== undefined && !signal.aborted; copy = copies[next++]) emit(await measureCopy(copy))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, copies.length) }, takeCopies))
  signal.throwIfAborted()
  return null
}

async function measureCopy(copy: Copy): Promise<CopyMeasured> {
  const { index } = copy
  try {
    const bytes = await readOriginal(copy.path)
    const header = await inspectPicture(bytes)
    const picture = await decodePicture(bytes, header, Math.min(header.widthPx, header.heightPx))
    const measure = measurePicture(shrinkToThumbnail(picture))
    return { index, state: 'measured', measure, taken: header.taken ?? (await takenOfOriginal(copy)) }
  } catch (error) {
    if (error instanceof PictureProblem) return { index, state: 'unreadable' }
    throw error
  }
}

/** Null where the original is gone, is another file now or does not say. */
async function takenOfOriginal({ original }: Copy): Promise<Extract<CopyMeasured, { state: 'measured' }>['taken']> {
  if (original === null) return null
  try {
    return await withOriginal(original.path, async ({ sizeBytes, read }) => {
      if (sizeBytes !== original.sizeBytes) return null
      const bytes = await read()
      return digest('sha256', bytes) === original.hash ? (await inspectPicture(bytes)).taken : null
    })
  } catch (error) {
    if (error instanceof PictureProblem) return null
    throw error
  }
}
