import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { descendants } from '../processes.ts'
import { root } from './places.ts'

export interface Measured {
  readonly seconds: number
  readonly stdout: string
  /** The largest resident size of each process that took part, by what it was started with, in MB (Linux only). */
  readonly peakMegabytes: ReadonlyMap<string, number>
}

/** Runs a program to its end. Throws with its words when it fails. `memory` asks for the peaks, which costs a look at /proc ten times a second. */
export async function measureProcess(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; memory?: boolean } = {},
): Promise<Measured> {
  const startedMs = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const peaks = new Map<string, number>()
  const timer = options.memory === true ? setInterval(() => notePeaks(child.pid ?? 0, peaks), 100) : null
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (timer !== null) clearInterval(timer)
  const seconds = (performance.now() - startedMs) / 1000
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}${stdout.slice(-500)}`)
  return { seconds, stdout, peakMegabytes: peaks }
}

function notePeaks(pid: number, peaks: Map<string, number>): void {
  for (const { pid: each, command } of descendants(pid)) {
    const kilobytes = peakOf(each)
    if (kilobytes !== null) peaks.set(command, Math.max(peaks.get(command) ?? 0, kilobytes / 1024))
  }
}

/** `VmHWM`: the kernel's own record of the largest resident size, kB; null where the process has ended meanwhile. */
function peakOf(pid: number): number | null {
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return line === null ? null : Number(line[1])
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return null
    throw error
  }
}
