import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { photoSets } from '../photo-folder.ts'
import { lastEvent, measureGraft, withFolder } from './graft-process.ts'
import type { Row } from './measurements.ts'

const sets = ['waste', 'cats-dogs', 'hemlock-cherry']
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

interface Judged {
  readonly backbone: string
  /** Of the probe, 0..1. */
  readonly expected: number
  readonly logEvidence: number
  /** Mean test accuracy of heads that were trained, 0..1. */
  readonly trained: number
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** What the adviser says of every network, and how good heads on it are that are really trained, on splits of their own. */
async function judge(name: string): Promise<readonly Judged[]> {
  return withFolder(async (folder) => {
    const graft = (...args: readonly string[]) => measureGraft(folder, args)
    await graft('import', 'bench', join(photoSets, name), '--label-from-folders')
    const scores = (await graft('advise', 'bench')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; backbone: string; probe: { accuracy: number }; logEvidence: number })
      .filter(({ event }) => event === 'score')
    const judged: Judged[] = []
    for (const { backbone, probe, logEvidence } of scores) {
      const tested: number[] = []
      for (const seed of seeds) {
        const trained = lastEvent(await graft('train', 'bench', '--backbone', backbone, '--seed', String(seed)))
        tested.push((trained['test'] as { accuracy: number }).accuracy)
      }
      judged.push({ backbone, expected: probe.accuracy, logEvidence, trained: mean(tested) })
    }
    return judged
  })
}

/** The advice beside really training: what is lost by following it, and how far the expected accuracy is off. The numbers hardly depend on the machine. */
export async function advice(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos are not at ${photoSets}`)
  const rows: Row[] = []
  for (const name of sets) {
    const judged = await judge(name)
    for (const { backbone, expected, logEvidence, trained } of judged) {
      rows.push({
        what: `${name}, ${backbone}: expected by the probe, LogME ${logEvidence.toFixed(3)} / heads trained, test photos of ${seeds.length} splits`,
        graft: percent(expected),
        other: percent(trained),
        ratio: `${(100 * (expected - trained)).toFixed(1)} points`,
        wanted: '',
      })
    }
    const best = Math.max(...judged.map(({ trained }) => trained))
    const byEvidence = judged.toSorted((a, b) => b.logEvidence - a.logEvidence)
    rows.push({
      what: `${name}: accuracy of the network that is advised / of the best one; by LogME alone`,
      graft: percent(judged[0]?.trained ?? 0),
      other: percent(best),
      ratio: `${(100 * (best - (judged[0]?.trained ?? 0))).toFixed(1)} points of regret; ${(100 * (best - (byEvidence[0]?.trained ?? 0))).toFixed(1)}`,
      wanted: '1 at most',
    })
  }
  return rows
}
