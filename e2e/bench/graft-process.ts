import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureProcess, type Measured } from './measured-process.ts'
import { root } from './places.ts'

/** A folder of its own for one measurement. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs `graft ARGS --json` as `npm run graft` does, but for npm itself. */
export function measureGraft(folder: string, args: readonly string[], options: { memory?: boolean } = {}): Promise<Measured> {
  const env = { GRAFT_DATA_DIR: join(folder, 'studio'), GRAFT_PROJECTS_DIR: folder, INIT_CWD: folder }
  return measureProcess(process.execPath, [join(root, 'src/main/setup/launch.mjs'), 'graft', ...args, '--json'], { env, ...options })
}

/** The last line of NDJSON. */
export function lastEvent(measured: Measured): Record<string, unknown> {
  return JSON.parse(measured.stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>
}
