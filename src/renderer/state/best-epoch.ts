import type { EpochReport } from '../../main/contract/runs.ts'

/** The epoch with the least validation loss, which is the one that the studio keeps; the first of equal ones, null where there is none. */
export function bestSoFar(epochs: readonly EpochReport[]): number | null {
  let best: EpochReport | null = null
  for (const each of epochs) if (best === null || each.validationLoss < best.validationLoss) best = each
  return best?.epoch ?? null
}
