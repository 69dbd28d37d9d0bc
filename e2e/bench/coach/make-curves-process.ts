import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stdout } from 'node:process'
import { heldBackFrom, libraryLine } from '../../../src/main/core/coach/library-for-tests.ts'
import { benchFolder, root } from '../places.ts'
import { readPhotos } from './photo-features.ts'
import { judgeWorld } from './verdict.ts'
import { faults, worldOf, type Fault, type World } from './worlds.ts'

// node e2e/bench/coach/make-curves-process.ts: trains the library of curves that the coach is measured on, some minutes, and writes it into the
// sources. What was trained already is kept in .cache/bench/coach, so that it can be ended and goes on. Heads alone; lines of networks stay.

/** So many curves of each are wanted, to find the rules with and to hold back; at most so many trainings are tried for them, because not every plant takes. */
const wantedOf = (fault: Fault | null): number => (fault === null ? 60 : 18)
const triedAtMost = 190

const kept = join(benchFolder, 'coach', 'tried.jsonl')
interface Tried {
  readonly name: string
  readonly verdict: string
  readonly line: string | null
}
const done = new Map<string, Tried>()
if (existsSync(kept)) {
  for (const text of readFileSync(kept, 'utf8').trim().split('\n')) {
    const tried = JSON.parse(text) as Tried
    done.set(tried.name, tried)
  }
}

const photos = await readPhotos()
async function tryWorld(world: World): Promise<Tried> {
  const before = done.get(world.name)
  if (before !== undefined) return before
  const { verdict, trained } = await judgeWorld(photos, world)
  const line = verdict === 'left out' ? null : libraryLine(world.name, verdict === 'sound' ? null : verdict, trained.evidence)
  const tried = { name: world.name, verdict, line }
  appendFileSync(kept, `${JSON.stringify(tried)}\n`)
  return tried
}

async function fill(from: number): Promise<ReadonlyMap<Fault | null, readonly Tried[]>> {
  const takenOf = new Map<Fault | null, Tried[]>([null, ...faults].map((fault) => [fault, []]))
  for (let number = from; number < from + triedAtMost; number++) {
    for (const [fault, taken] of takenOf) {
      // What proved harmless counts as sound, and not as this fault.
      const isFull = taken.filter(({ verdict }) => verdict === (fault ?? 'sound')).length >= wantedOf(fault)
      if (!isFull) taken.push(await tryWorld(worldOf(fault, number)))
    }
  }
  return takenOf
}

const halves = [await fill(0), await fill(heldBackFrom)]

const folder = join(root, 'src/main/core/coach/library')
const file = join(folder, 'curves.jsonl')
const before = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
const lines = halves.flatMap((takenOf) => [...takenOf.values()].flatMap((taken) => taken.flatMap(({ line }) => line ?? [])))
mkdirSync(folder, { recursive: true })
writeFileSync(file, `${[...lines, ...before.filter((line) => line.startsWith('{"name":"network-'))].join('\n')}\n`)
for (const [fault, taken] of halves.flatMap((takenOf) => [...takenOf])) {
  const verdicts = Map.groupBy(taken, ({ verdict }) => verdict)
  stdout.write(`${fault ?? 'nothing'} planted: ${[...verdicts].map(([verdict, own]) => `${own.length} ${verdict}`).join(', ')}\n`)
}
