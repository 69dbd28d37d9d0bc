import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureProcess, type Measured } from './measured-process.ts'
import { root } from './places.ts'

const used: string[] = []
process.once('exit', () => {
  for (const folder of used) rmSync(folder, { recursive: true, force: true })
})

/**
 * A folder of its own for one measurement. It is deleted when the bench ends: for minutes after thousands of files were deleted, ext4 looks
 * for an inode that has not been in use lately, which doubles the cost of every new file.
 */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  used.push(folder)
  return use(folder)
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
