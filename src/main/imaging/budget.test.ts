import { fc, test } from '@fast-check/vitest'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'
import { Budget } from './budget.ts'

test.prop([
  fc.integer({ min: 1, max: 50 }),
  fc.array(fc.record({ amount: fc.nat(80), turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 40 }),
])('work under way never holds more than the budget, and all of it gets its turn', async (total, pieces) => {
  const budget = new Budget(total)
  let held = 0
  let ran = 0
  const work = pieces.map(({ amount, turns, fails }) =>
    budget.hold(amount, async () => {
      held += Math.min(amount, total)
      expect(held).toBeLessThanOrEqual(total)
      for (let turn = 0; turn < turns; turn++) await setImmediate()
      held -= Math.min(amount, total)
      ran += 1
      if (fails) throw new Error('as asked')
    }),
  )
  const ends = await Promise.allSettled(work)
  expect(ran).toBe(pieces.length)
  expect(ends.map(({ status }) => status === 'rejected')).toEqual(pieces.map(({ fails }) => fails))
})
