import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../contract/errors.ts'
import { isProcessAlive } from '../process-folder.ts'
import { diskError } from './disk-errors.ts'

const LockHolder = z.object({
  processId: z.int().positive(),
  host: z.string(),
  takenAtMs: z.number(),
  /** Tells this process from a later one with the same id; null where the system does not tell. */
  processStart: z.string().nullable(),
  token: z.string(),
})
type LockHolder = z.infer<typeof LockHolder>

export interface ProjectLock {
  /** Gives the lock back. The lock is also given back when the process exits, unless it is killed. */
  release(): void
}

/**
 * Tokens of locks that this process gave back while their folder was away: a drive that was pulled out brings its lock file back with it.
 * Of the process and not of a studio, as the locks themselves are.
 */
const givenBackUnseen = new Set<string>()

/**
 * Takes the lock file `file` of a project for this process. The lock of a process on this machine that lives no more is taken over.
 * @throws PROJECT_LOCKED with the holder's process and machine, NOT_WRITABLE, DISK_FULL.
 */
export function takeProjectLock(file: string): ProjectLock {
  const mine: LockHolder = {
    processId: process.pid,
    host: hostname(),
    takenAtMs: Date.now(),
    processStart: processStart(process.pid),
    token: randomUUID(),
  }
  const content = JSON.stringify(mine)
  while (!createLock(file, content)) removeStale(file)
  const release = () => {
    process.off('exit', release)
    const found = readText(file)
    if (found === null) givenBackUnseen.add(mine.token)
    // A lock that somebody took over is theirs.
    if (found === content) rmSync(file, { force: true })
  }
  process.on('exit', release)
  return { release }
}

/** False when there is a lock already. */
function createLock(file: string, content: string): boolean {
  // Written aside and linked into place: whoever finds the lock finds all of it.
  const aside = `${file}.${randomUUID()}`
  try {
    writeFileSync(aside, content, { flag: 'wx', flush: true })
    linkOrCreate(aside, file, content)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw diskError(error, dirname(file))
  } finally {
    rmSync(aside, { force: true })
  }
}

function linkOrCreate(aside: string, file: string, content: string): void {
  try {
    linkSync(aside, file)
  } catch (error) {
    // FAT and some network drives have no links; O_EXCL alone decides there.
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'ENOTSUP') && !hasCode(error, 'ENOSYS')) throw error
    writeFileSync(file, content, { flag: 'wx', flush: true })
  }
}

/** Removes the lock of a dead process; throws PROJECT_LOCKED for that of a living one. */
function removeStale(file: string): void {
  const found = readText(file)
  if (found === null) return
  refuseIfHeld(file, found)
  // Two processes may find the same stale lock: only one of them can move this very file aside, and it looks at what it got.
  const aside = `${file}.${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw diskError(error, dirname(file))
  }
  if (readText(aside) !== found) renameSync(aside, file)
  else rmSync(aside)
}

function refuseIfHeld(file: string, content: string): void {
  const holder = parseHolder(content)
  if (holder !== null && (givenBackUnseen.has(holder.token) || !isAlive(holder))) return
  throw new StudioError('PROJECT_LOCKED', { path: dirname(file), processId: holder?.processId ?? null, host: holder?.host ?? null })
}

function parseHolder(content: string): LockHolder | null {
  try {
    return LockHolder.safeParse(JSON.parse(content)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Another machine's process counts as alive: from here nobody can tell. */
function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true
  // Process ids start again with the machine; a minute covers clocks that were set.
  if (holder.takenAtMs < Date.now() - uptime() * 1000 - 60_000) return false
  if (!isProcessAlive(holder.processId)) return false
  return holder.processStart === null || processStart(holder.processId) === holder.processStart
}

/** Boot of the machine and start of a process in its clock ticks since then (proc(5), field 22); null without /proc. */
function processStart(processId: number): string | null {
  const stat = readText(`/proc/${processId}/stat`)
  const boot = readText('/proc/sys/kernel/random/boot_id')
  // The second field is the program's name in brackets and may hold spaces and brackets itself.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return ticks === undefined || boot === null ? null : `${boot.trim()} ${ticks}`
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
