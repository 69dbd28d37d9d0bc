import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { writeRuns } from './written-runs-for-tests.ts'

let studio: TestStudio
let path: string
beforeEach(async () => {
  studio = await testStudio()
  path = (await studio.client.project.create({ name: 'many' })).path
})
afterEach(() => studio.close())

const rowsOf = (table: string): unknown => studio.context.project().db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

describe('deleting many runs at once', () => {
  test('takes all of them and what hangs on them, and lets others be answered in between', async () => {
    const ids = writeRuns(studio.context.project().db, 400, { epochs: 500 })
    let gone = 0
    const deletions = ids.slice(1).map(async (run) => {
      await studio.client.runs.delete({ run })
      gone++
    })
    // By the studio's loop alone, so that it is answered in its turn.
    const during = new Promise<number>((resolve) => setImmediate(() => setImmediate(() => resolve(gone))))
    expect(await during).toBeLessThan(399)
    await Promise.all(deletions)
    expect((await studio.client.runs.list()).map(({ id }) => id)).toEqual([ids[0]])
    expect(rowsOf('run_epoch')).toBe(500)
  })

  test('tells the pages, and refuses one that is not there without harm to the others', async () => {
    const ids = writeRuns(studio.context.project().db, 3)
    const changes = await studio.client.project.changes()
    const ends = await Promise.allSettled([ids[0]!, 'nothere1', ids[1]!].map((run) => studio.client.runs.delete({ run })))
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await changes.next()).value).toEqual({ topic: 'runs' })
    await changes.return?.()
    expect((await studio.client.runs.list()).map(({ id }) => id)).toEqual([ids[2]])
  })

  test('ends where the project closes: each run is either gone or there, as it was told', async () => {
    const ids = writeRuns(studio.context.project().db, 200, { epochs: 300 })
    const deletions = Promise.allSettled(ids.map((run) => studio.client.runs.delete({ run })))
    await new Promise((resolve) => setImmediate(resolve))
    await studio.client.project.close()
    const ends = await deletions
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'NO_PROJECT_OPEN' })
    await studio.client.project.open({ path })
    const left = new Set((await studio.client.runs.list()).map(({ id }) => id))
    expect(ends.map(({ status }) => status)).toEqual(ids.map((id) => (left.has(id) ? 'rejected' : 'fulfilled')))
  })
})
