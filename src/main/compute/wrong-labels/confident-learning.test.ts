import { fc, test } from '@fast-check/vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { calibratedJoint, classThresholds, confidentJoint, findDoubts, type JudgedRows } from './confident-learning.ts'

/** What cleanlab 2.9 computes; `reference/make_confident_learning.py` has written it. */
interface Case {
  readonly name: string
  readonly labels: readonly number[]
  readonly probabilities: readonly (readonly number[])[]
  readonly thresholds: readonly number[]
  readonly confidentJoint: readonly (readonly number[])[]
  readonly calibratedJoint: readonly (readonly number[])[]
  readonly estimatedWrong: number
  /** Normalised margins, 0..1, of all rows: below a half another class is more probable than the given one. */
  readonly quality: readonly number[]
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/confident-learning.json'), 'utf8')) as readonly Case[]

function rowsOf({ labels, probabilities }: Pick<Case, 'labels' | 'probabilities'>): JudgedRows {
  return {
    probabilities: Float64Array.from(probabilities.flat()),
    classes: Int32Array.from(labels),
    classCount: probabilities[0]!.length,
  }
}

describe('as cleanlab computes it', () => {
  test.each(cases)('$name: thresholds, both joints, how many labels are wrong, and the worst of them in the same order', (each) => {
    const rows = rowsOf(each)
    for (const [index, threshold] of classThresholds(rows).entries()) expect(threshold).toBeCloseTo(each.thresholds[index]!, 12)
    expect([...confidentJoint(rows)]).toEqual(each.confidentJoint.flat())
    expect([...calibratedJoint(rows)]).toEqual(each.calibratedJoint.flat())
    const { doubts, estimatedWrong } = findDoubts(rows)
    expect(estimatedWrong).toBe(each.estimatedWrong)
    const worst = [...each.quality.entries()]
      .filter(([, quality]) => quality < 0.5 - 1e-6)
      .sort(([a, one], [b, other]) => one - other || a - b)
    const wanted = worst.slice(0, each.estimatedWrong)
    expect(doubts).toHaveLength(wanted.length)
    doubts.forEach(({ row, margin }, place) => {
      expect((margin + 1) / 2).toBeCloseTo(wanted[place]![1], 12)
      expect((margin + 1) / 2).toBeCloseTo(each.quality[row]!, 12)
    })
    expect(new Set(doubts.map(({ row }) => row)).size).toBe(doubts.length)
  })

  test('cases find something, and cases with nothing to find find nothing', () => {
    const found = new Map(cases.map((each) => [each.name, findDoubts(rowsOf(each)).doubts.length]))
    expect(found.get('nothing wrong')).toBe(0)
    expect(found.get('three classes, a fifth wrong')).toBeGreaterThan(4)
    expect(found.get('rows that are alike to the last digit')).toBeGreaterThan(0)
  })
})

/** Rows of 2 to 4 classes, each of which has some. */
const judged = fc.integer({ min: 2, max: 4 }).chain((classCount) =>
  fc
    .array(
      fc.record({
        label: fc.nat(classCount - 1),
        weights: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: classCount, maxLength: classCount }),
      }),
      {
        minLength: 2,
        maxLength: 40,
      },
    )
    .map((drawn): JudgedRows => {
      const all = [...drawn, ...Array.from({ length: classCount }, (_, label) => ({ label, weights: drawn[0]!.weights }))]
      const probabilities = all.flatMap(({ weights }) => {
        const sum = weights.reduce((total, each) => total + each, 0)
        return weights.map((each) => each / sum)
      })
      return { probabilities: Float64Array.from(probabilities), classes: Int32Array.from(all, ({ label }) => label), classCount }
    }),
)

describe('whatever the probabilities', () => {
  test.prop([judged])('the calibrated joint has the rows of every class, and there are as many doubts as it says at most', (rows) => {
    const joint = calibratedJoint(rows)
    for (let given = 0; given < rows.classCount; given++) {
      const sum = joint.subarray(given * rows.classCount, (given + 1) * rows.classCount).reduce((total, each) => total + each, 0)
      expect(sum).toBe(rows.classes.filter((each) => each === given).length)
    }
    const { doubts, estimatedWrong } = findDoubts(rows)
    expect(doubts.length).toBeLessThanOrEqual(estimatedWrong)
    expect(estimatedWrong).toBeLessThanOrEqual(rows.classes.length)
  })

  test.prop([judged])('a doubt names another class that is more probable, the most certain first', (rows) => {
    const { doubts } = findDoubts(rows)
    for (const { row, likely, margin } of doubts) {
      const own = rows.probabilities.subarray(row * rows.classCount, (row + 1) * rows.classCount)
      expect(likely).not.toBe(rows.classes[row])
      expect(own[likely]).toBe(Math.max(...own))
      expect(margin).toBeLessThan(0)
    }
    const margins = doubts.map(({ margin }) => margin)
    expect(margins).toEqual(margins.toSorted((a, b) => a - b))
  })

  test.prop([judged, fc.infiniteStream(fc.nat())])('the order of the rows changes no margin', (rows, random) => {
    const order = Array.from(rows.classes.keys(), (row) => ({ row, at: random.next().value })).sort((a, b) => a.at - b.at)
    const shuffled: JudgedRows = {
      ...rows,
      classes: Int32Array.from(order, ({ row }) => rows.classes[row]!),
      probabilities: Float64Array.from(
        order.flatMap(({ row }) => [...rows.probabilities.subarray(row * rows.classCount, (row + 1) * rows.classCount)]),
      ),
    }
    expect(findDoubts(shuffled).doubts.map(({ margin }) => margin)).toEqual(findDoubts(rows).doubts.map(({ margin }) => margin))
  })
})
