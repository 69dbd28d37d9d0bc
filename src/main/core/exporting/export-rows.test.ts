import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { writeRuns } from '../training/written-runs-for-tests.ts'
import { listExports } from './export-rows.ts'

let studio: TestStudio
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'exported' })
})
afterAll(() => studio.close())

test('an export whose proof cannot be read is left out, and the log says of which run it was', () => {
  const { db } = studio.context.project()
  const [run] = writeRuns(db, 1, { epochs: 1, name: 'exported' })
  db.prepare('INSERT INTO export (run_id, proof, created_at_ms) VALUES (?, ?, ?)').run(run, '{"folder":"/somewhere"}', 1)
  const told: unknown[] = []
  expect(listExports(db, { error: (...line) => void told.push(line) })).toEqual([])
  expect(told).toEqual([['the proof of an export could not be read', { run, error: expect.stringContaining('runId') as string }]])
})
