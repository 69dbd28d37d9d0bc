import { readFile } from 'node:fs/promises'
import type { RowChanges } from '../contract/augmentation.ts'
import type { ImageTasks } from '../contract/worker/image-tasks.ts'
import { augmentSimply } from './augment-simply.ts'
import { changePicture } from './change-picture.ts'
import { lookOfVariant, seedOfVariant } from './drawn-look.ts'
import { makeRandom } from './seeded-random.ts'
import { encodePng, writeNetworkInput } from './to-network-input.ts'

type Task = ImageTasks['drawLooks']

/** One photo's look of a draw, in place. `pixels`: [size, size, 3] RGB bytes. */
export function changeToVariant(pixels: Uint8Array, sizePx: number, changes: RowChanges, hash: string, draw: number): void {
  if (changes === null) return
  if (changes === 'simple') augmentSimply(Uint8Array.from(pixels), sizePx, pixels, makeRandom(seedOfVariant(hash, draw)))
  else changePicture(pixels, sizePx, lookOfVariant(changes, hash, draw), pixels)
}

/** The task `drawLooks`: one photo after the other. */
export async function drawLooks(
  { copies, sizePx, changes, draw }: Task['input'],
  { signal }: { readonly signal: AbortSignal },
): Promise<Task['result']> {
  const seen: (Uint8Array | null)[] = []
  for (const { hash, path } of copies) {
    signal.throwIfAborted()
    const pixels = new Uint8Array(sizePx * sizePx * 3)
    try {
      await writeNetworkInput(await readFile(path), sizePx, pixels)
    } catch {
      // Gone or damaged: the others can be shown, and a training tells of it.
      seen.push(null)
      continue
    }
    changeToVariant(pixels, sizePx, changes, hash, draw)
    seen.push(await encodePng(pixels, sizePx))
  }
  return seen
}
