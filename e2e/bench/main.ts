import { availableParallelism, cpus, loadavg } from 'node:os'
import { stderr, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { hasRealPhotos } from '../photo-folder.ts'
import { measurements, type Row } from './measurements.ts'

// npm run bench -- [NAME...] [--rounds N]: measures Graft against other programs, or against a limit, on this machine and prints the table.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '3' } },
})
const asked = [...positionals, ...(values.only?.split(',') ?? [])]
const names = asked.length > 0 ? asked : measurements.map(({ name }) => name)
const unknown = names.filter((name) => !measurements.some((each) => each.name === name))
if (unknown.length > 0)
  throw new Error(`no measurement ${unknown.join(', ')}; there are ${measurements.map(({ name }) => name).join(', ')}`)

const rows: Row[] = []
let failed = false
for (const { name, measure } of measurements.filter((each) => names.includes(each.name))) {
  stderr.write(`measuring ${name}, load ${loadavg()[0]?.toFixed(1)}...\n`)
  try {
    rows.push(...(await measure(Number(values.rounds))))
  } catch (error) {
    failed = true
    stderr.write(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
stdout.write(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}, `)
stdout.write(`${hasRealPhotos ? 'real photos' : 'drawn pictures'}, median of ${values.rounds}\n\n`)
stdout.write(line(['what / against what', 'Graft', 'other', 'ratio', 'wanted']))
stdout.write(line(['---', '---', '---', '---', '---']))
for (const { what, graft, other, ratio, wanted } of rows) stdout.write(line([what, graft, other, ratio, wanted]))
process.exitCode = failed ? 1 : 0
