import { readFileSync, readdirSync } from 'node:fs'

export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Every process of this machine that may be looked at (Linux). */
export function listProcesses(): readonly ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return [{ pid: Number(name), parent: Number(/^PPid:\t(\d+)/m.exec(status)?.[1]), command }]
      } catch (error) {
        // It ended while the list was read.
        if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return []
        throw error
      }
    })
}

/** The process and all that it started, and all that those started. */
export function descendants(pid: number): readonly ProcessFacts[] {
  const all = listProcesses()
  const found = new Set([pid])
  for (let size = 0; size !== found.size;) {
    size = found.size
    for (const process of all) if (found.has(process.parent)) found.add(process.pid)
  }
  return all.filter((process) => found.has(process.pid))
}

export function isAlive(pid: number): boolean {
  return listProcesses().some((process) => process.pid === pid)
}
