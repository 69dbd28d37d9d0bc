import type { RunSummary } from '../../main/contract/runs.ts'

/** The run that one most likely wants to use: the newest pinned one, else the one that was right most often; of equal ones the newest. Null of none. */
export function bestRun(runs: readonly RunSummary[]): RunSummary | null {
  let best: RunSummary | null = null
  for (const run of runs) {
    if (run.test === null) continue
    if (run.pinned) return run
    if (best === null || run.test.accuracy > (best.test?.accuracy ?? 0)) best = run
  }
  return best
}
