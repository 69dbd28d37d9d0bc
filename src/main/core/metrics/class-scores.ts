import type { Interval } from '../../contract/ids.ts'
import type { ClassScore } from '../../contract/runs.ts'
import { wilsonInterval } from './wilson-interval.ts'

/**
 * Precision, recall and F1 of each class from `confusion` (row-major [classes, classes], row = label, column = prediction), in the order
 * of `names`; `n` counts the images with the label. A score whose denominator is zero is null: precision of a class that was never
 * predicted, recall of one without images, F1 = 2 TP / (2 TP + FP + FN) of one that is neither. Precision and recall are proportions and
 * have a Wilson interval; F1 is none.
 */
export function classScores(confusion: ArrayLike<number>, names: readonly string[]): ClassScore[] {
  const size = names.length
  if (confusion.length !== size * size) throw new RangeError(`${size} classes need ${size * size} cells, not ${confusion.length}`)
  return names.map((name, index) => {
    let labelled = 0
    let predicted = 0
    for (let other = 0; other < size; other++) {
      labelled += confusion[index * size + other]!
      predicted += confusion[other * size + index]!
    }
    const right = confusion[index * size + index]!
    return {
      class: name,
      precision: ratio(right, predicted),
      recall: ratio(right, labelled),
      f1: ratio(2 * right, labelled + predicted),
      n: labelled,
      precisionInterval: interval(right, predicted),
      recallInterval: interval(right, labelled),
    }
  })
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function interval(part: number, whole: number): Interval | null {
  return whole === 0 ? null : wilsonInterval(part, whole)
}
