import { afterAll, beforeAll, expect, test } from 'vitest'
import { toWireError } from '../../contract/errors.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { writeRuns } from './written-runs-for-tests.ts'

let studio: TestStudio
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'damaged' })
})
afterAll(() => studio.close())

test.each([
  ['recipe', '{"mode":"dream"}', 'its settings'],
  ['recipe', 'null', 'its settings'],
  ['engine', '[1]', 'its engine'],
  ['network', '{"hash":1}', 'its network'],
  ['versions', '{"graft":1}', 'its versions'],
  ['seconds', '"long"', 'its times'],
  ['tags', '[""]', 'its tags'],
  ['name', 'x'.repeat(100), 'its name'],
])('a run whose %s is %s hides no other one: its line says that it cannot be read, and it can be deleted', async (column, value, told) => {
  const { db } = studio.context.project()
  const { runs } = studio.client
  const [before, damaged, after] = writeRuns(db, 3, { epochs: 1, name: `${column}-${value.slice(0, 8)}` })
  db.prepare(`UPDATE run SET ${column} = ? WHERE id = ?`).run(value, damaged)
  const listed = await runs.list()
  expect(listed.map(({ id, state }) => [id, state])).toEqual([
    [after, 'queued'],
    [damaged, 'failed'],
    [before, 'queued'],
  ])
  const { number, error, recipe } = listed[1]!
  expect(error).toEqual({ code: 'RUN_DAMAGED', details: { run: number, what: told } })
  expect(recipe.backbone).toBe('some-network')
  expect((await runs.get({ run: damaged! })).run).toEqual(listed[1])
  expect(await runs.evaluate({ run: damaged! }).catch(toWireError)).toEqual(error)
  for (const run of [before!, damaged!, after!]) await runs.delete({ run })
  expect(await runs.list()).toEqual([])
})

test('what a run refuses is off where it cannot be read, and the run stays what it is', async () => {
  const { db } = studio.context.project()
  const { runs } = studio.client
  const [run] = writeRuns(db, 1, { epochs: 1, name: 'refusing' })
  const write = (check: unknown): unknown => db.prepare('UPDATE run SET foreign_check = ? WHERE id = ?').run(JSON.stringify(check), run)
  const check = { ofHundred: 5, nearness: 0.5, photos: 40, test: null }
  write(check)
  const { run: before } = await runs.get({ run: run! })
  expect(before.foreign).toEqual(check)
  write({ ...check, test: { refused: 1, n: 20 } })
  expect((await runs.get({ run: run! })).run).toEqual({ ...before, foreign: null })
  await runs.delete({ run: run! })
})
