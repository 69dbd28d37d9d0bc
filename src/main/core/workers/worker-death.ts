import type { ErrorDetails } from '../../contract/errors.ts'

/** What is known about a worker process that ended without being asked to. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: string | null
  /** It said nothing for too long, and computed nothing either (`silent`) or all the time (`busy`), and was killed for that. */
  readonly hung: 'silent' | 'busy' | null
  /** What it last said it used; null when it never said. */
  readonly residentBytes: number | null
  /** Memory of this machine (or of the container), bytes. */
  readonly machineBytes: number
  /** How many processes of this machine the kernel has ended for want of memory since this one began. */
  readonly kernelKills: number
  /** The end of its standard error. */
  readonly lastWords: string
}

type Death = Pick<ErrorDetails<'WORKER_DIED'>, 'reason' | 'detail'>

/** What V8, the C++ runtime, and native libraries print when an allocation fails. */
const outOfMemoryWords = /heap out of memory|Array buffer allocation failed|std::bad_alloc|Cannot allocate memory|out of memory/i

/**
 * The kernel kills with SIGKILL when memory runs out, and so does a person with `kill -9`. Where the kernel does not count whom it kills, a process that
 * held this share of the machine's memory when it last spoke was most likely ended by it.
 */
const kernelKillsFromShare = 0.6

/** Exit codes of 128 + n mean signal n where a shell or a container stands between (POSIX shells, `$?`). */
const signalOfCode: Readonly<Record<number, string>> = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' }

/** Signals that somebody sends; the others (SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE) are a process's own fault. */
const sentFromOutside = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGXCPU'])

/** Why a worker died, as far as can be told, with one line for the log and the person. */
export function whyItDied(end: WorkerEnd): Death {
  if (end.hung === 'silent') return { reason: 'hung', detail: 'it gave no sign of life and was ended' }
  if (end.hung === 'busy') return { reason: 'hung', detail: 'it was busy for too long without an answer and was ended' }
  const signal = end.signal ?? (end.code === null ? null : (signalOfCode[end.code] ?? null))
  const how = signal === null ? `exit code ${end.code ?? 'unknown'}` : `signal ${signal}`
  if (outOfMemoryWords.test(end.lastWords)) return { reason: 'out-of-memory', detail: `${how}: ${lastLine(end.lastWords)}` }
  if (signal === 'SIGKILL' && end.kernelKills > 0)
    return { reason: 'out-of-memory', detail: `${how}, by the system, which had no more memory` }
  if (signal === 'SIGKILL' && end.residentBytes !== null && end.residentBytes > end.machineBytes * kernelKillsFromShare) {
    const percent = Math.round((100 * end.residentBytes) / end.machineBytes)
    return { reason: 'out-of-memory', detail: `${how}, while it held ${percent} % of the memory` }
  }
  if (signal !== null && sentFromOutside.has(signal)) return { reason: 'killed', detail: how }
  const said = lastLine(end.lastWords)
  return { reason: 'crashed', detail: said === '' ? how : `${how}: ${said}` }
}

/** Where something else was said, and not what ended the process. */
const beside = /^(at |Warning:)/

/** The line that names the failure: the first one with `error` in it, else the last one that is no warning. */
function lastLine(words: string): string {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !beside.test(line))
  const telling = lines.find((line) => outOfMemoryWords.test(line)) ?? lines.findLast((line) => /^\w*error\b/i.test(line)) ?? lines.at(-1)
  return (telling ?? '').slice(0, 300)
}
