import { expect, test } from 'vitest'
import { mixedGradient } from './mixed-gradient.ts'

const [dim, classCount] = [3, 4]
const features = Float32Array.from({ length: 5 * dim }, (_, at) => Math.sin(3 * at))
const classes = Int32Array.of(0, 3, 1, 2, 1)
const parameters = Float32Array.from({ length: classCount * (dim + 1) }, (_, at) => Math.cos(2 * at))
const batch = Int32Array.of(4, 0, 3)
const mix = { partners: Int32Array.of(1, 2, 0), share: 0.7 }
const weights = [0.5, 1, 2, 0.8]
const smoothing = 0.1

/** The mean cross-entropy of mixed labels, written out. */
function lossAt(values: ArrayLike<number>): number {
  let sum = 0
  for (let place = 0; place < 3; place++) {
    const [own, other] = [batch[place]!, batch[mix.partners[place]!]!]
    const x = Array.from({ length: dim }, (_, j) => 0.7 * features[own * dim + j]! + 0.3 * features[other * dim + j]!)
    const logits = Array.from({ length: classCount }, (_, c) =>
      x.reduce((total, each, j) => total + each * values[c * dim + j]!, values[classCount * dim + c]!),
    )
    const log = Math.log(logits.reduce((total, each) => total + Math.exp(each), 0))
    for (const [share, label] of [
      [0.7, classes[own]!],
      [0.3, classes[other]!],
    ] as const)
      for (const [c, logit] of logits.entries())
        sum += share * weights[label]! * ((c === label ? 1 - smoothing : 0) + smoothing / classCount) * (log - logit)
  }
  return sum / 3
}

test('the gradient of mixed rows is that of the cross-entropy of mixed labels', () => {
  const memory = { gradient: new Float32Array(parameters.length), probabilities: new Float64Array(3 * classCount) }
  const tally = { loss: 0, right: 0 }
  mixedGradient({ features, classes }, batch, mix, parameters, classCount, memory, tally, { smoothing, weights })
  expect(tally.loss / 3).toBeCloseTo(lossAt(parameters), 6)
  const step = 1e-4
  for (const at of parameters.keys()) {
    const moved = (by: number) => lossAt(Float64Array.from(parameters, (value, index) => (index === at ? value + by : value)))
    expect(memory.gradient[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 5)
  }
})
