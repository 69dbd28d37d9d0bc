import { mixRows, type Mix } from './mixup.ts'
import { meanGradient, type Aim, type BatchMemory, type LabelledRows, type Parameters, type Tally } from './softmax-regression.ts'

/**
 * `meanGradient` of the rows `batch`, mixed: the loss of a mixed row is that of its own label and that of its partner's, by their shares, which is
 * the cross-entropy of the mixed label. A row is right by the share of the class that it gets. `mask`, row-major [batch, dim]: what mixed rows are multiplied by.
 */
export function mixedGradient(
  rows: LabelledRows,
  batch: Int32Array,
  mix: Mix,
  parameters: Parameters,
  classCount: number,
  memory: BatchMemory,
  tally: Tally,
  aim: Aim,
  mask: Float32Array | null = null,
): void {
  const dim = parameters.length / classCount - 1
  const gathered = new Float32Array(batch.length * dim)
  for (const [place, row] of batch.entries()) gathered.set(rows.features.subarray(row * dim, (row + 1) * dim), place * dim)
  const features = mixRows(gathered, mix)
  if (mask !== null) for (let i = 0; i < features.length; i++) features[i] = (features[i] as number) * (mask[i] as number)
  const own = batch.map((row) => rows.classes[row] ?? NaN)
  const ofPartners = mix.partners.map((place) => own[place] ?? NaN)
  const order = Int32Array.from(batch.keys())
  const sum = new Float32Array(memory.gradient.length)
  for (const [share, classes] of [
    [mix.share, own],
    [1 - mix.share, ofPartners],
  ] as const) {
    const scored = { loss: 0, right: 0 }
    meanGradient({ features, classes }, order, [0, batch.length], parameters, classCount, memory, scored, aim)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (memory.gradient[i] as number)
    tally.loss += share * scored.loss
    tally.right += share * scored.right
  }
  memory.gradient.set(sum)
}
