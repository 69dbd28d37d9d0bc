import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../core/context.ts'

/** A log that has grown beyond this is put aside once, as `graft.log.1`, when the next studio starts. */
const keptBytes = 5 * 1024 * 1024

/**
 * A log of one JSON object a line in `dataDir/graft.log`. Written at once, so that a killed process has its last words there. A log
 * that cannot be written (disk full, read-only) is given up: it must never stop the work it tells of.
 */
export function openFileLog(dataDir: string, clock: () => number = Date.now): Log {
  const file = join(dataDir, 'graft.log')
  let writable = attempt(() => {
    mkdirSync(dataDir, { recursive: true })
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size > keptBytes) renameSync(file, `${file}.1`)
  })
  const write = (level: 'info' | 'error', message: string, details: Record<string, unknown> = {}): void => {
    if (!writable) return
    const line = JSON.stringify({ at: new Date(clock()).toISOString(), process: process.pid, level, message, ...details })
    writable = attempt(() => appendFileSync(file, `${line}\n`))
  }
  return { info: (message, details) => write('info', message, details), error: (message, details) => write('error', message, details) }
}

/** False when the file system refused. */
function attempt(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
