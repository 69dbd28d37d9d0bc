import type { ClassScore } from '../../../main/contract/runs.ts'

export type ScoreColumn = 'class' | 'recall' | 'precision' | 'f1' | 'n'
export interface ScoreOrder {
  readonly by: ScoreColumn
  readonly descending: boolean
}

/** The classes by one column; those without a value come last in both directions, equal ones stay in the order of the classes. */
export function sortScores(scores: readonly ClassScore[], { by, descending }: ScoreOrder): ClassScore[] {
  const sign = descending ? -1 : 1
  return [...scores].sort((first, second) => {
    const [one, other] = [first[by], second[by]]
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
    if (typeof one === 'string' || typeof other === 'string') return sign * String(one).localeCompare(String(other), 'en')
    return sign * (one - other)
  })
}

/** A press on a heading: the weakest first, because that is what one looks for; names from A on. The same again turns it around. */
export function nextOrder(order: ScoreOrder | null, by: ScoreColumn): ScoreOrder {
  if (order?.by === by) return { by, descending: !order.descending }
  return { by, descending: false }
}
