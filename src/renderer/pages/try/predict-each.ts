import type { WireError } from '../../../main/contract/errors.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { wireErrorOf } from '../../state/remote.svelte.ts'

export interface Answers {
  /** Of the files that could be read, in the order given. */
  readonly results: readonly TryResult[]
  /** One for each file that could not. */
  readonly failures: readonly WireError[]
}

/**
 * Asks about all files at once, and in halves only where one of them cannot be read: it does not keep the others from being answered.
 * Throws what `ask` throws when that is not about one file.
 */
export async function predictEach(
  files: readonly string[],
  ask: (files: readonly string[]) => Promise<readonly TryResult[]>,
): Promise<Answers> {
  try {
    return { results: await ask(files), failures: [] }
  } catch (thrown) {
    const error = wireErrorOf(thrown)
    if (error.code !== 'PICTURE_UNREADABLE' && error.code !== 'FILE_NOT_FOUND') throw thrown
    if (files.length < 2) return { results: [], failures: [error] }
    const half = Math.ceil(files.length / 2)
    const first = await predictEach(files.slice(0, half), ask)
    const second = await predictEach(files.slice(half), ask)
    return { results: [...first.results, ...second.results], failures: [...first.failures, ...second.failures] }
  }
}
