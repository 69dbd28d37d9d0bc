/**
 * Counts images by label and prediction. `labels` and `predicted` hold class indices in 0..classCount-1, of the same images in the same
 * order. Returns row-major [classCount, classCount]; row = label, column = prediction. Throws RangeError on unequal lengths or an index
 * outside the classes.
 */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): Int32Array {
  if (labels.length !== predicted.length) throw new RangeError(`${labels.length} labels, but ${predicted.length} predictions`)
  const counts = new Int32Array(classCount * classCount)
  for (let image = 0; image < labels.length; image++) {
    const cell = indexIn(labels[image]!, classCount) * classCount + indexIn(predicted[image]!, classCount)
    counts[cell] = counts[cell]! + 1
  }
  return counts
}

function indexIn(index: number, classCount: number): number {
  if (Number.isInteger(index) && index >= 0 && index < classCount) return index
  throw new RangeError(`class index ${index} of ${classCount} classes`)
}
