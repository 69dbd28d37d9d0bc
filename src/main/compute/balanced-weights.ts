/**
 * How much a row of each class counts, so that all classes that have rows weigh the same and a row counts 1 on average: rows / (classes * rows of the class),
 * as scikit-learn's `balanced`. `classes`: of each row, 0..classCount-1. A class without rows counts 0.
 */
export function balancedWeights(classes: Int32Array, classCount: number): readonly number[] {
  const counts = Array.from({ length: classCount }, () => 0)
  for (const each of classes) counts[each] = (counts[each] ?? 0) + 1
  const present = counts.filter((count) => count > 0).length
  return counts.map((count) => (count === 0 ? 0 : classes.length / (present * count)))
}
