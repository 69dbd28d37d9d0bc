import type { RunSummary } from '../../contract/runs.ts'
import type { Repeats } from '../../contract/sweeps.ts'
import { meanInterval } from '../metrics/mean-interval.ts'
import { recipeName } from './recipe-name.ts'

/** Groups of runs that were trained to their end and differ by their seed alone; those whose newest run is newest come first. `runs`: newest first. */
export function findRepeats(runs: readonly RunSummary[]): Repeats[] {
  const withResult = runs.filter((run): run is RunSummary & { test: object } => run.state === 'finished' && run.test !== null)
  const groups = Map.groupBy(withResult, ({ recipe, splitId, backboneHash }) => [splitId, backboneHash, recipeName(recipe)].join(' '))
  return [...groups.values()].flatMap((group): Repeats[] => {
    // The same seed once more is the same training once more, and says nothing about chance.
    const bySeed = new Map(group.toReversed().map((run) => [run.recipe.seed, run]))
    const own = [...bySeed.values()].toSorted((a, b) => a.number - b.number)
    if (own.length < 2) return []
    const right = own.map(({ test }) => test.accuracy)
    const { mean, deviation, low, high } = meanInterval(right)
    return [
      {
        runs: own.map(({ id }) => id),
        mean,
        deviation,
        low: Math.max(0, low),
        high: Math.min(1, high),
        worst: Math.min(...right),
        best: Math.max(...right),
        photos: own[0]?.test.n ?? 0,
      },
    ]
  })
}
