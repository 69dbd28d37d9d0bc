import { makeRandom, shuffle } from './random.ts'

export interface RowToFold {
  readonly hash: string
  readonly classIndex: number
  /** Rows of one group look nearly the same and stay together; null: a row of its own. */
  readonly groupId: number | null
}

/**
 * The fold of each row, 0..folds-1, in the order of `rows`. Every class is spread over the folds as evenly as its groups allow; a group counts
 * for the class that most of its rows have. Drawn by `seed` and the hashes, so that the order of `rows` changes nothing.
 */
export function assignFolds(rows: readonly RowToFold[], folds: number, seed: number): Int32Array {
  const byHash = Int32Array.from(rows.keys()).sort((a, b) => compareTexts(hashOf(rows, a), hashOf(rows, b)))
  const units = new Map<string | number, number[]>()
  for (const row of byHash) {
    const key = rows[row]?.groupId ?? hashOf(rows, row)
    const own = units.get(key)
    if (own === undefined) units.set(key, [row])
    else own.push(row)
  }
  const order = Int32Array.from({ length: units.size }, (_, index) => index)
  shuffle(order, makeRandom(seed))
  const all = [...units.values()]
  // Larger ones first, because the small ones after them even out what they leave.
  const drawn = Array.from(order, (index) => all[index] ?? []).sort((a, b) => b.length - a.length)

  const result = new Int32Array(rows.length)
  const sizes = new Int32Array(folds)
  const sizesOfClass = new Map<number, Int32Array>()
  for (const unit of drawn) {
    const classIndex = mostFrequentClass(rows, unit)
    const own = sizesOfClass.get(classIndex) ?? new Int32Array(folds)
    sizesOfClass.set(classIndex, own)
    let best = 0
    for (let fold = 1; fold < folds; fold++) {
      const ahead = at(own, fold) - at(own, best) || at(sizes, fold) - at(sizes, best)
      if (ahead < 0) best = fold
    }
    own[best] = at(own, best) + unit.length
    sizes[best] = at(sizes, best) + unit.length
    for (const row of unit) result[row] = best
  }
  return result
}

/**
 * The rows, with those of a class that lies in one group alone (one take of a camera) taken out of that group. Whole it would be in one fold, and the head
 * that judges it would never have heard of its class: all of it would look wrong.
 */
export function partSoleGroups<Row extends RowToFold>(rows: readonly Row[]): Row[] {
  const unitsOf = new Map<number, Set<string | number>>()
  for (const { classIndex, groupId, hash } of rows) {
    const units = unitsOf.get(classIndex)
    if (units === undefined) unitsOf.set(classIndex, new Set([groupId ?? hash]))
    else units.add(groupId ?? hash)
  }
  return rows.map((row) => (unitsOf.get(row.classIndex)?.size === 1 ? { ...row, groupId: null } : row))
}

/** Of equally frequent classes the lower one. */
function mostFrequentClass(rows: readonly RowToFold[], unit: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const row of unit) {
    const classIndex = rows[row]?.classIndex ?? 0
    counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1)
  }
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b)[0]?.[0] ?? 0
}

function at(values: Int32Array, index: number): number {
  return values[index] as number
}

function hashOf(rows: readonly RowToFold[], row: number): string {
  return rows[row]?.hash ?? ''
}

function compareTexts(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0
}
