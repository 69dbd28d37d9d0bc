import { expect, test } from 'vitest'
import { bestRun } from './best-run.ts'
import { runForTests } from './run-for-tests.ts'

const run = (number: number, accuracy: number | null, pinned = false) =>
  runForTests(number, { test: accuracy === null ? null : { accuracy, low: 0, high: 1, n: 50 }, pinned })

test('the run to use is the newest pinned one, else the one that was right most often, else the newest of those', () => {
  expect(bestRun([run(4, null), run(3, 0.9), run(2, 0.96), run(1, 0.96)])?.number).toBe(2)
  expect(bestRun([run(4, 0.99), run(3, 0.9, true), run(2, 0.96, true)])?.number).toBe(3)
  expect(bestRun([run(4, null)])).toBeNull()
})
