import { expect, test } from 'vitest'
import type { RunSummary } from '../../main/contract/runs.ts'
import { Remote } from './remote.svelte.ts'
import { annotateRuns, deleteRuns, recipesToCompare, trainAndShow } from './run-actions.ts'
import { runForTests } from './run-for-tests.ts'
import type { Studio } from './studio.svelte.ts'

/** A studio with these runs, which refuses to write or delete the run `refused`. */
async function studioWith(all: readonly RunSummary[], refused?: number) {
  const runs = new Remote(() => Promise.resolve([...all]))
  await runs.reload()
  const asked = ({ run }: { readonly run: string }): Promise<RunSummary> => {
    const there = all.find(({ id }) => id === run)
    return there === undefined || there.number === refused ? Promise.reject(new Error('refused')) : Promise.resolve(there)
  }
  const client = {
    runs: {
      annotate: async ({ run, ...changes }: { readonly run: string }) => ({ ...(await asked({ run })), ...changes }),
      delete: asked,
    },
  }
  return { runs, client } as unknown as Studio
}
const many = Array.from({ length: 70 }, (_, index) => runForTests(index + 1))

test('what was written of many runs is shown at once, and what a refusal left written too', async () => {
  const studio = await studioWith(many)
  await annotateRuns(studio, many, ({ number }) => ({ pinned: number % 2 === 0 }))
  expect(studio.runs.value?.filter(({ pinned }) => pinned).length).toBe(35)

  const refusing = await studioWith(many, 40)
  await expect(annotateRuns(refusing, many, () => ({ pinned: true }))).rejects.toThrow('refused')
  const pinned = refusing.runs.value?.filter((run) => run.pinned).map(({ number }) => number) ?? []
  expect(pinned).toContain(39)
  expect(pinned).not.toContain(40)
  expect(pinned).not.toContain(70)
})

test('deleted runs leave the list as they go, and deleting ends where one cannot be', async () => {
  const told: string[] = []
  const studio = await studioWith(many, 50)
  const { signal: stop } = new AbortController()
  await expect(deleteRuns(studio, many.slice(0, 60), { stop, onDeleted: (id) => told.push(id) })).rejects.toThrow('refused')
  const left = studio.runs.value?.map(({ number }) => number) ?? []
  expect(left).not.toContain(1)
  expect(left).toContain(50)
  expect(left).toContain(61)
  expect(many.map(({ id }) => id).filter((id) => !told.includes(id))).toEqual(left.map((number) => `run-${number}`))
})

test('deleting that is stopped deletes no more than it had asked for by then', async () => {
  const told: string[] = []
  const studio = await studioWith(many)
  const stop = new AbortController()
  await deleteRuns(studio, many, {
    stop: stop.signal,
    onDeleted: (id) => {
      told.push(id)
      stop.abort()
    },
  })
  expect(told.length).toBeGreaterThan(0)
  expect(told.length).toBeLessThan(many.length)
  expect(studio.runs.value?.length).toBe(many.length - told.length)
})

test('a training is started once and stands in the list before one goes to it', async () => {
  const runs = new Remote(() => Promise.resolve([runForTests(8)]))
  const told: unknown[] = []
  const studio = {
    runs,
    client: { runs: { start: (asked: unknown) => Promise.resolve(told.push(asked) && { runId: 'run-8', jobId: 'job' }) } },
    jobs: { watch: (id: string) => told.push(id) },
    navigation: { go: (place: unknown) => told.push(place, runs.value?.length) },
  } as unknown as Studio
  await trainAndShow(studio, { epochs: 3 }, 'run')
  expect(told).toEqual([{ recipe: { epochs: 3 } }, 'job', { page: 'run', run: 'run-8' }, 1])
})

test('a run is trained again on the photos of the other one, with everything else as it was', () => {
  const base = runForTests(1, {}, { seed: 3, epochs: 10 })
  const other = runForTests(2, {}, { seed: 8, epochs: 50 })
  expect(recipesToCompare(base, other)).toEqual([{ ...other.recipe, splitSeed: 3 }])
  expect(recipesToCompare(runForTests(1, {}, { seed: 3, splitSeed: 5 }), other)).toEqual([{ ...other.recipe, splitSeed: 5 }])
})

test('other shares are another drawing of the photos too', () => {
  const shares = { train: 0.6, validation: 0.15, test: 0.25 }
  const other = runForTests(2)
  expect(recipesToCompare(runForTests(1, {}, { shares }), other)).toEqual([{ ...other.recipe, splitSeed: 1, shares }])
})

test('where photos were drawn alike but have changed since, both are trained again', () => {
  const base = runForTests(1, {}, { seed: 3 })
  const other = runForTests(2, {}, { seed: 8, splitSeed: 3 })
  expect(recipesToCompare(base, other)).toEqual([base.recipe, other.recipe])
})
