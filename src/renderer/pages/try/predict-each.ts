import type { WireError } from '../../../main/contract/errors.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { wireErrorOf } from '../../state/remote.svelte.ts'

/** What became of one file: an answer, or why it cannot be read. */
export type Outcome = { readonly answer: TryResult } | { readonly error: WireError }

/**
 * Asks about all files at once, and in halves only where one of them cannot be read: it does not keep the others from being answered.
 * One outcome for each file, in the order given. Throws what `ask` throws when that is not about one file.
 */
export async function predictEach(
  files: readonly string[],
  ask: (files: readonly string[]) => Promise<readonly TryResult[]>,
): Promise<readonly Outcome[]> {
  try {
    return (await ask(files)).map((answer) => ({ answer }))
  } catch (thrown) {
    const error = wireErrorOf(thrown)
    if (error.code !== 'PICTURE_UNREADABLE' && error.code !== 'FILE_NOT_FOUND') throw thrown
    if (files.length < 2) return [{ error }]
    const half = Math.ceil(files.length / 2)
    return [...(await predictEach(files.slice(0, half), ask)), ...(await predictEach(files.slice(half), ask))]
  }
}
