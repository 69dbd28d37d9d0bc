import { expect, test } from 'vitest'
import { runForTests } from '../../../renderer/state/run-for-tests.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { exportFacts } from './export-facts.ts'

test('the percentages are said to come of logits that are divided, with no promise how often they are right', () => {
  const tempering = { state: 'tempered', photos: 40, temperature: 0.8125, lossBefore: 0.5, lossAfter: 0.4 } as const
  const run = { ...runForTests(3), tempering, test: wilsonInterval(9, 10) }
  const facts = exportFacts({ run, backbone: { name: 'Some', licence: 'MIT' }, parts: { train: 80, validation: 40, test: 10 } }).join('\n')
  expect(facts).toContain('the outputs of its last layer (logits) are divided by the temperature 0.813, which fitted the 40 photos best')
  expect(facts).not.toContain('as often as it says')
})
