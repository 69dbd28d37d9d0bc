import { expect, test } from 'vitest'
import type { RunSummary } from '../../main/contract/runs.ts'
import { Remote } from './remote.svelte.ts'
import { annotateRuns, deleteRuns, recipesToCompare } from './run-actions.ts'
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
  const told: number[] = []
  const studio = await studioWith(many, 50)
  await expect(deleteRuns(studio, many.slice(0, 60), (done) => told.push(done))).rejects.toThrow('refused')
  const left = studio.runs.value?.map(({ number }) => number) ?? []
  expect(left).not.toContain(1)
  expect(left).toContain(50)
  expect(left).toContain(61)
  expect(told).toEqual(Array.from({ length: told.length }, (_, index) => index + 1))
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
