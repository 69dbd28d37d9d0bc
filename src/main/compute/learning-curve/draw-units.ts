import type { RowToFold } from '../assign-folds.ts'
import { makeRandom } from '../random.ts'

/**
 * Of each class at most `perClass` units (rows with the same group, which look nearly the same, are one), drawn by `seed`, with one row of each: a second one
 * teaches next to nothing, and is no test of its own. In the order of their hashes, whatever the order of `rows`. `unitsOfClass`: how many each class has,
 * [classCount].
 */
export function drawUnits(
  rows: readonly RowToFold[],
  { classCount, perClass, seed }: { readonly classCount: number; readonly perClass: number; readonly seed: number },
): { readonly drawn: readonly RowToFold[]; readonly unitsOfClass: readonly number[] } {
  const random = makeRandom(seed)
  const seen = new Set<string>()
  const unitsOfClass = Array.from({ length: classCount }, () => 0)
  const units = rows.toSorted(byHash).flatMap((row) => {
    const unit = `${row.classIndex} ${row.groupId ?? row.hash}`
    if (seen.has(unit)) return []
    seen.add(unit)
    unitsOfClass[row.classIndex]! += 1
    return [{ row, place: random() }]
  })
  const taken = Array.from({ length: classCount }, () => 0)
  const drawn = units
    .sort((a, b) => a.place - b.place)
    .filter(({ row }) => taken[row.classIndex]!++ < perClass)
    .map(({ row }) => row)
    .sort(byHash)
  return { drawn, unitsOfClass }
}

function byHash(a: RowToFold, b: RowToFold): number {
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0
}
