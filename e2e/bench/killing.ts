import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { killStudios } from '../kills/kill-studios.ts'
import type { Row } from './measurements.ts'
import { benchFolder } from './places.ts'

const wanted = 1000

/** A thousand studios that are killed while somebody labels, undoes and imports, on as many projects at once as there are cores. Fails with what was lost. */
export async function killing(): Promise<Row> {
  const folder = join(benchFolder, 'kills')
  rmSync(folder, { recursive: true, force: true })
  const projects = Math.min(8, availableParallelism())
  const each = Math.ceil(wanted / projects)
  const first = Date.now() % 1e6
  const all = await Promise.all(
    Array.from({ length: projects }, (_, index) => killStudios(join(folder, String(index)), { kills: each, seed: first + index })),
  )
  const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + of(one), 0)
  const count = (of: (one: (typeof all)[number]) => number): string => sum(of).toLocaleString('en-US')
  return {
    what: `studios killed with SIGKILL in the middle of labelling and importing, seeds ${first} to ${first + projects - 1}; acknowledged: ${count(({ changes }) => changes)} changes, ${count(({ imported }) => imported)} photos, ${count(({ moves }) => moves)} undos and redos while photos came, of which ${count(({ ended }) => ended)} ended an import`,
    graft: '0 lost',
    other: `${count(({ kills }) => kills)} kills`,
    ratio: `${count(({ written }) => written)} written and not told, ${count(({ unwritten }) => unwritten)} not written`,
    wanted: 'nothing lost',
  }
}
