import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { RunSummary } from '../../contract/runs.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { markFailed, markRunning } from './run-rows.ts'
import { writeRuns } from './written-runs-for-tests.ts'

let studio: TestStudio
let ids: string[]
beforeAll(async () => {
  studio = await testStudio()
  await studio.client.project.create({ name: 'noted' })
  ids = writeRuns(studio.context.project().db, 3, { epochs: 2 })
})
afterAll(() => studio.close())

const invalid = expect.objectContaining({ code: 'INVALID_INPUT' }) as Error

describe('what a person writes about a run', () => {
  test('stays where nothing new is said, also after the project was opened again', async () => {
    const { runs, project } = studio.client
    const said = { name: 'the good one', notes: 'two\nlines', tags: ['night', 'day'], pinned: true }
    expect(await runs.annotate({ run: ids[0]!, ...said })).toMatchObject({ id: ids[0], ...said })
    expect(await runs.annotate({ run: ids[0]! })).toMatchObject(said)
    expect(await runs.annotate({ run: ids[0]!, pinned: false })).toMatchObject({ ...said, pinned: false })
    const { path } = (await project.current())!
    await project.close()
    await project.open({ path })
    expect((await runs.get({ run: ids[0]! })).run).toMatchObject({ ...said, pinned: false })
    expect((await runs.list()).map(({ name }) => name)).toEqual([null, null, 'the good one'])
  })

  test('is trimmed, and an empty name takes the name away', async () => {
    const { annotate } = studio.client.runs
    expect(await annotate({ run: ids[1]!, name: '  Ünï 🐝 ', tags: [' a ', 'b', 'a'] })).toMatchObject({ name: 'Ünï 🐝', tags: ['a', 'b'] })
    for (const nothing of ['', '   ', null]) {
      await annotate({ run: ids[1]!, name: 'named' })
      expect((await annotate({ run: ids[1]!, name: nothing })).name).toBe(null)
    }
  })

  test('is refused where it cannot be meant, and for a run that is not there', async () => {
    const { annotate } = studio.client.runs
    await expect(annotate({ run: ids[1]!, name: 'x'.repeat(81) })).rejects.toThrow(invalid)
    await expect(annotate({ run: ids[1]!, notes: 'x'.repeat(10_001) })).rejects.toThrow(invalid)
    await expect(annotate({ run: ids[1]!, tags: [''] })).rejects.toThrow(invalid)
    await expect(annotate({ run: ids[1]!, tags: Array.from({ length: 21 }, (_, index) => `${index}`) })).rejects.toThrow(invalid)
    await expect(annotate({ run: 'nothere1', pinned: true })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  test('outlives every state that the run goes through', async () => {
    const { db } = studio.context.project()
    const { annotate, get } = studio.client.runs
    const run = writeRuns(db, 1, { name: 'other' })[0]!
    await annotate({ run, name: 'while it waits' })
    markRunning(db, run, 5)
    expect(await annotate({ run, notes: 'while it works' })).toMatchObject({ state: 'running', name: 'while it waits' })
    markFailed(db, run, { code: 'NO_LABELS', details: {} }, 6)
    expect((await get({ run })).run).toMatchObject({ state: 'failed', name: 'while it waits', notes: 'while it works' })
  })

  const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '')
  const annotation = fc.record(
    { name: fc.oneof(word, fc.constantFrom(null, '')), notes: fc.string(), tags: fc.array(word, { maxLength: 5 }), pinned: fc.boolean() },
    { requiredKeys: [] },
  )
  test.prop([fc.array(fc.tuple(fc.nat(2), annotation), { maxLength: 12 })], { numRuns: 30 })(
    'is that of the last one who said something of it, for every run by itself',
    async (said) => {
      const { annotate, list } = studio.client.runs
      const model = new Map((await list()).map(({ id, name, notes, tags, pinned }) => [id, { name, notes, tags, pinned }]))
      for (const [which, { name, tags, ...rest }] of said) {
        const before = model.get(ids[which]!)!
        const after = { ...before, ...rest }
        if (name !== undefined) after.name = (name ?? '').trim() === '' ? null : name!.trim()
        if (tags !== undefined) after.tags = [...new Set(tags.map((tag) => tag.trim()))]
        model.set(ids[which]!, after)
        await annotate({ run: ids[which]!, ...rest, ...(name === undefined ? {} : { name }), ...(tags === undefined ? {} : { tags }) })
      }
      for (const run of await list()) {
        expect(run).toMatchObject(model.get(run.id)!)
        expect(RunSummary.parse(run)).toEqual(run)
      }
    },
  )
})

describe('curves', () => {
  test('come in the order in which they were asked for', async () => {
    const curves = await studio.client.runs.curves({ runs: ['#3', ids[0]!, ids[1]!] })
    expect(curves.map(({ runId }) => runId)).toEqual([ids[2], ids[0], ids[1]])
    expect(curves[0]?.epochs).toEqual((await studio.client.runs.get({ run: ids[2]! })).epochs)
    expect(curves[0]?.epochs.map(({ epoch, trainLoss }) => [epoch, trainLoss])).toEqual([
      [1, 1],
      [2, 0.5],
    ])
  })

  test('of a run that is not there are refused', async () => {
    await expect(studio.client.runs.curves({ runs: [ids[0]!, 'nothere1'] })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})
