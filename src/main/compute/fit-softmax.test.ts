import { describe, expect, test } from 'vitest'
import { drawRows } from './draw-rows-for-tests.ts'
import { fitSoftmax } from './fit-softmax.ts'
import { softmaxRow } from './head.ts'
import reference from './reference/penalised-head.json' with { type: 'json' }
import { judge, type LabelledRows, type Parameters } from './softmax-regression.ts'

function answersOf({ features }: LabelledRows, parameters: Parameters, dim: number, classCount: number): number[][] {
  return Array.from({ length: features.length / dim }, (_, row) => {
    const logits = Float64Array.from({ length: classCount }, (_, c) => {
      let logit = parameters[classCount * dim + c]!
      for (let j = 0; j < dim; j++) logit += features[row * dim + j]! * parameters[c * dim + j]!
      return logit
    })
    softmaxRow(logits, 0, classCount)
    return [...logits]
  })
}
const never = new AbortController().signal

describe('a head that is fitted with a penalty', () => {
  test.each(reference.cases)(
    'answers as that of scikit-learn does: $rows rows, $dim features, $classes classes, penalty $penalty',
    async (wanted) => {
      const rows = drawRows(wanted.rows, wanted.dim, wanted.classes)
      const parameters = await fitSoftmax(rows, { dim: wanted.dim, classCount: wanted.classes, penalty: wanted.penalty }, never)
      expect(judge(rows, parameters, wanted.classes).loss / wanted.rows).toBeCloseTo(wanted.loss, 3)
      for (const [row, answer] of answersOf(rows, parameters, wanted.dim, wanted.classes).entries())
        for (const [c, probability] of answer.entries()) expect(probability).toBeCloseTo(wanted.probabilities[row]![c]!, 2)
    },
  )

  test('is the same each time, and is given up when it is cancelled', async () => {
    const settings = { dim: 40, classCount: 3, penalty: 0.01 }
    expect(await fitSoftmax(drawRows(24, 40, 3), settings, never)).toEqual(await fitSoftmax(drawRows(24, 40, 3), settings, never))
    const large = { dim: 1280, classCount: 20, penalty: 1e-6 }
    await expect(fitSoftmax(drawRows(400, 1280, 20), large, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })
})
