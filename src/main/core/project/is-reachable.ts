import { access } from 'node:fs/promises'

/** A drive of the network that is gone may let a question wait for minutes. */
const patienceMs = 2000

/** Whether there is something at `path`. Asked in another thread, so that nothing else waits; false where no answer comes within 2 s. */
export async function isReachable(path: string): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), patienceMs)
  const there = access(path).then(
    () => true,
    () => false,
  )
  const answer = await Promise.race([there, late.promise])
  clearTimeout(timer)
  return answer
}
