import type { Database } from 'better-sqlite3'

interface Work {
  readonly hashes: readonly string[]
  readonly ended: Promise<unknown>
}

const underWay = new WeakMap<Database, Set<Work>>()

/**
 * Runs work that writes files or features of images. `work` must not be about images that are deleted for good already: such a look and this call belong
 * into one turn.
 */
export async function workOnImages<T>(db: Database, hashes: readonly string[], work: () => Promise<T>): Promise<T> {
  const all = underWay.get(db) ?? new Set()
  underWay.set(db, all)
  const running = work()
  const mine = { hashes, ended: running.catch(() => undefined) }
  all.add(mine)
  try {
    return await running
  } finally {
    all.delete(mine)
  }
}

/** Ends once no work is under way that writes anything of these images. Fails with the signal's reason. */
export async function endOfWorkOn(db: Database, hashes: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const works = [...(underWay.get(db) ?? [])].filter((work) => work.hashes.some((hash) => hashes.has(hash)))
  if (works.length === 0) return
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason as Error)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([Promise.all(works.map(({ ended }) => ended)), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
