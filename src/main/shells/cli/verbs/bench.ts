import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execPath, stderr } from 'node:process'

const program = join(import.meta.dirname, '../../../../../e2e/bench/main.ts')

/** Hands over to the benchmarks of a checkout, which print for themselves. */
export async function bench(args: readonly string[]): Promise<number> {
  if (!existsSync(program)) {
    stderr.write('The benchmarks are part of a checkout: npm run bench\n')
    return 1
  }
  const child = spawn(execPath, [program, ...args], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
