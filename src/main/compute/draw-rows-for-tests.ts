import type { LabelledRows } from './softmax-regression.ts'

/** Rows by a formula, some of them in a class that is not theirs; the scripts that make references draw the same. */
export function drawRows(rows: number, dim: number, classCount: number): LabelledRows {
  const features = new Float32Array(rows * dim)
  const classes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const drawnAs = i % classCount
    classes[i] = i % 7 === 0 ? (drawnAs + 1) % classCount : drawnAs
    for (let j = 0; j < dim; j++) features[i * dim + j] = Math.sin(i * (12.9898 + 3.7 * j)) + 0.5 * Math.cos(j * (drawnAs + 1))
  }
  return { features, classes }
}
