import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../contract/jobs.ts'
import type { RunSummary } from '../../contract/runs.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'

// A network that learns from nothing, on the engine that is always there: it needs no file that has to be fetched.
const long = { backbone: 'mobilenet-v2-035', mode: 'scratch', epochs: 1000, patience: 0 } as const
const short = { ...long, epochs: 1 } as const

describe('a training of a network whose worker', { timeout: 240_000 }, () => {
  let studio: TestStudio
  /** Of the processes that are about to start. */
  let flags: readonly (readonly string[])[] = []
  const nextFlags = (): readonly string[] => {
    const [next = [], ...later] = flags
    flags = later
    return next
  }
  beforeAll(async () => {
    studio = await testStudio({ hungAfterMs: 4000, trainingFlags: nextFlags })
    const photos = join(studio.folder, 'photos')
    await drawFolder(photos, { perClass: 12, classes: ['circle', 'square'] })
    await studio.client.project.create({ name: 'shapes' })
    const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true })
    await studio.result(jobId, 'import')
    // The pictures are extracted once, by a worker that has what it needs.
    await train()
  }, 240_000)
  afterAll(async () => studio.close())
  afterEach(() => void (flags = []))

  async function train(): Promise<RunSummary> {
    const { jobId } = await studio.client.runs.start({ recipe: short, engine: 'wasm' })
    return (await studio.result(jobId, 'train')).run
  }

  /** Starts a training that would take hours, does this to its worker after an epoch, and answers with what is left. */
  async function trainUntil(harm: (processId: number) => void): Promise<RunSummary> {
    const { jobId, runId } = await studio.client.runs.start({ recipe: long, engine: 'wasm' })
    let harmed = false
    await studio.watch(jobId, (event) => {
      if (event.type !== 'epoch' || harmed) return
      harmed = true
      harm(studio.processIds.training.at(-1) ?? 0)
    })
    return (await studio.client.runs.get({ run: runId })).run
  }

  test.each([
    ['is killed', 'SIGKILL', 'killed', /SIGKILL/],
    ['crashes in native code', 'SIGSEGV', 'crashed', /SIGSEGV/],
    ['is stopped', 'SIGSTOP', 'hung', /no sign of life/],
  ] as const)('%s is marked as failed with the reason, its epochs are kept, and the next one works', async (_, signal, reason, detail) => {
    const run = await trainUntil((processId) => process.kill(processId, signal))
    const details = { worker: 'training', reason, detail: expect.stringMatching(detail) as string }
    expect(run).toMatchObject({ state: 'failed', error: { code: 'WORKER_DIED', details } })
    expect((await studio.client.runs.get({ run: run.id })).epochs.length).toBeGreaterThan(0)
    expect(await train()).toMatchObject({ state: 'finished', engine: { training: 'wasm' } })
  })

  describe('that is short of memory', () => {
    const asked = { ...short, batchSize: 16 }
    /** Lets the next processes begin with these flags, one after the other. */
    function limit(...each: readonly (readonly string[])[]): void {
      flags = each
      studio.context.workers.training.renew()
    }
    async function trainShort(): Promise<{ run: RunSummary; notices: readonly JobEvent[] }> {
      const { jobId, runId } = await studio.client.runs.start({ recipe: asked, engine: 'wasm' })
      const events = await studio.watch(jobId)
      return { run: (await studio.client.runs.get({ run: runId })).run, notices: events.filter(({ type }) => type === 'notice') }
    }
    const halved = { type: 'notice', notice: { kind: 'batch-halved', from: 16, to: 8 } }
    // Enough to start and to answer what is asked before a training, and too little for TensorFlow.js.
    const smallHeap = ['--max-old-space-size=20']
    // Enough to start the engine and for its self-test, and too little for a step: 64 kB each.
    const smallWasm = ['--wasm-max-mem-pages=300']

    test('and dies of it before its first epoch is tried again with half of the batch, in a fresh one', async () => {
      limit(smallHeap, [])
      const { run, notices } = await trainShort()
      expect(notices).toMatchObject([halved])
      expect(run).toMatchObject({ state: 'finished', error: null })
    })

    test('and dies of it again is marked as failed with that reason, and the next one works', async () => {
      limit(smallHeap, smallHeap)
      const { run, notices } = await trainShort()
      expect(notices).toMatchObject([halved])
      expect(run).toMatchObject({
        state: 'failed',
        error: { code: 'WORKER_DIED', details: { worker: 'training', reason: 'out-of-memory' } },
      })
      expect((await train()).state).toBe('finished')
    })

    test('in its engine says so, with the batch that was tried, and the next one works', async () => {
      limit(smallWasm, smallWasm)
      const { run, notices } = await trainShort()
      expect(notices).toMatchObject([halved])
      expect(run).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY', details: { engine: 'wasm', batchSize: 8 } } })
      flags = []
      expect((await train()).state).toBe('finished')
    })
  })
})
