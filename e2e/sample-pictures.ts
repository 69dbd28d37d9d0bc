import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startGraft } from './graft-command.ts'

/** Where the pictures are kept once they were fetched, for all tests to come. */
const kept = join(import.meta.dirname, '../.cache/sample')

/** Gives the studio that keeps its files in `folder` the sample's pictures, as after a first fetch. False where they can be had from nowhere. */
export async function provideSample(folder: string): Promise<boolean> {
  const samples = join(kept, 'studio/samples')
  if (!existsSync(samples) || readdirSync(samples).length === 0) {
    mkdirSync(kept, { recursive: true })
    const { code, stderr } = await startGraft(['sample', join(kept, 'copy')], { cwd: kept }).outcome
    if (code !== 0) {
      process.stderr.write(`the sample cannot be fetched: ${stderr}\n`)
      return false
    }
  }
  cpSync(samples, join(folder, 'studio/samples'), { recursive: true })
  return true
}
