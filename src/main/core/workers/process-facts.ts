import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { platform } from 'node:process'

/** Of Linux, for every program whatever the kernel counts in itself (proc(5), USER_HZ). */
const ticksPerSecond = 100

/**
 * Processor time that a process has used since it began, all its threads together, ms; it stands still where the process is stopped, or waits. Null
 * where the system does not tell, or knows no such process.
 */
export function processorMs(processId: number): number | null {
  if (platform === 'linux') {
    const stat = readOrNull(`/proc/${processId}/stat`)
    return stat === null ? null : parseStat(stat)
  }
  if (platform !== 'darwin') return null
  const { status, stdout } = spawnSync('ps', ['-o', 'cputime=', '-p', String(processId)], { encoding: 'utf8' })
  return status === 0 ? parseProcessorTime(stdout) : null
}

/** `/proc/ID/stat`: the name of the program in brackets, which may hold anything, then the state, and as 12th and 13th after it the two times (proc(5)). */
function parseStat(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return Number.isFinite(ticks) ? (ticks * 1000) / ticksPerSecond : null
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`, as ps prints it, in ms; null for anything else. */
export function parseProcessorTime(text: string): number | null {
  const found = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text.trim())
  if (found === null) return null
  const [days, hours, minutes, seconds] = [1, 2, 3, 4].map((part) => Number(found[part] ?? 0)) as [number, number, number, number]
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
}

/** Memory of this machine, or of the container that this process is kept in, bytes. */
export function machineBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** How many processes the kernel has ended for want of memory since it started; null where it does not tell (Linux tells in /proc/vmstat). */
export function kernelKills(): number | null {
  const found = /^oom_kill (\d+)$/m.exec(readOrNull('/proc/vmstat') ?? '')
  return found === null ? null : Number(found[1])
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
