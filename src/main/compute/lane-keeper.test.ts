import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BackboneFiles } from '../contract/worker/training-tasks.ts'
import { writeNetwork } from './convert/network-files.ts'
import { selfTestNetwork } from './engines/self-test.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './engines/software-adapter-for-tests.ts'
import { LaneKeeper, type LaneSet } from './lane-keeper.ts'
import { Lanes, type LanesSettings } from './lanes.ts'

const entry = new URL('../training-worker.ts', import.meta.url)
let backbone: BackboneFiles
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graft-lanes-'))
  const { hash } = await writeNetwork(folder, selfTestNetwork())
  backbone = { id: 'self-test', hash, folder, inputSizePx: 16, featureDim: 6 }
})
afterAll(() => rm(backbone.folder, { recursive: true, force: true }))

const picture = (): Uint8Array => new Uint8Array(16 * 16 * 3).fill(100)
const oneThread: LanesSettings = { wanted: 'auto', threads: 1 }
const lanesOf = (keeper: LaneKeeper, settings = oneThread): Promise<LaneSet> =>
  keeper.use(backbone, settings, async (lanes) => (await lanes.run([picture()]), lanes))

const hasEnded = (lanes: LaneSet): Promise<boolean> =>
  lanes.run([picture()]).then(
    () => false,
    (error: unknown) => String(error).includes('ended'),
  )

describe('lanes', () => {
  test('are kept for the next use, and given up after a while without one', async () => {
    const keeper = new LaneKeeper(entry, 300)
    const first = await lanesOf(keeper)
    expect(await lanesOf(keeper)).toBe(first)
    await setTimeout(1000)
    const later = await lanesOf(keeper)
    expect(later).not.toBe(first)
    await expect(first.run([picture()])).rejects.toThrow('ended')
    await keeper.close()
  })

  test('whose network cannot be opened say so, and end although photos were waiting for it', async () => {
    const damaged = { ...backbone, folder: join(backbone.folder, 'not-there') }
    const lanes = new Lanes(damaged, { entry, wanted: 'auto', threads: 2 })
    const waiting = Promise.allSettled([1, 2, 3].map(() => lanes.run([picture()])))
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await lanes.close()
  })

  test('are not given up while somebody uses them', async () => {
    const keeper = new LaneKeeper(entry, 50)
    await keeper.use(backbone, oneThread, async (lanes) => {
      await lanesOf(keeper)
      await setTimeout(400)
      expect((await lanes.run([picture()])).features).toHaveLength(6)
    })
    await keeper.close()
  })

  test('are made anew for other settings, and the old ones end once nobody uses them', async () => {
    const keeper = new LaneKeeper(entry)
    const idle = await lanesOf(keeper)
    const underWay = Promise.withResolvers<LaneSet>()
    const go = Promise.withResolvers<void>()
    const working = keeper.use(backbone, { wanted: 'wasm', threads: 2 }, async (lanes) => {
      underWay.resolve(lanes)
      await go.promise
      return lanes.run([picture(), picture()])
    })
    const old = await underWay.promise
    await expect.poll(() => hasEnded(idle)).toBe(true)
    expect((await lanesOf(keeper)).count).toBe(1)
    expect(old.count).toBe(2)
    go.resolve()
    expect((await working).features).toHaveLength(12)
    expect(old.engine?.engine).toBe('wasm')
    await expect.poll(() => hasEnded(old)).toBe(true)
    await keeper.close()
  })

  test('that failed are not used again', async () => {
    const keeper = new LaneKeeper(entry)
    const missing = { ...backbone, folder: join(backbone.folder, 'none') }
    const first = keeper.use(missing, oneThread, async (lanes) => lanes.run([picture()]))
    await expect(first).rejects.toMatchObject({ code: expect.stringMatching(/^BACKBONE_/) })
    expect((await (await lanesOf(keeper)).run([picture()])).features).toHaveLength(6)
    await keeper.close()
  })

  test.skipIf(!hasSoftwareAdapter)(
    'with a graphics card answer each call with its own pictures, and the card is opened again after they were closed',
    async () => {
      allowSoftwareAdapter()
      const pictures = Array.from({ length: 70 }, (_, index) => new Uint8Array(16 * 16 * 3).fill(3 * index))
      const onProcessor = new LaneKeeper(entry)
      const expected = await onProcessor.use(backbone, oneThread, (lanes) => lanes.run(pictures))
      await onProcessor.close()
      for (let round = 0; round < 2; round++) {
        const keeper = new LaneKeeper(entry)
        const seen = await keeper.use(backbone, { wanted: 'webgpu', threads: 2 }, async (lanes) => {
          const calls = Array.from({ length: 14 }, (_, call) => lanes.run(pictures.slice(call * 5, call * 5 + 5)))
          return { features: (await Promise.all(calls)).flatMap(({ features }) => [...features]), engine: lanes.engine }
        })
        expect(seen.engine?.engine).toBe('webgpu')
        const differences = seen.features.map((value, index) => Math.abs(value - (expected.features[index] ?? NaN)))
        expect(differences).toHaveLength(70 * 6)
        expect(Math.max(...differences)).toBeLessThan(1e-4)
        await keeper.close()
      }
    },
  )
})
