import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AskedRecipe, type EpochReport } from '../../contract/runs.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { readHead, readPredictions } from './run-rows.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

/** A network that learns from nothing, on the engine that is always there: it needs no file that has to be fetched. */
const scratch = AskedRecipe.parse({ backbone, mode: 'scratch', epochs: 6, patience: 0 })
const head = AskedRecipe.parse({ backbone, epochs: 60, patience: 0, batchSize: 1 })

describe('a training that is paused', { timeout: 240_000 }, () => {
  let studio: TestStudio
  const path = (): string => join(studio.folder, 'projects', 'shapes.graft')
  beforeAll(async () => {
    studio = await testStudio()
    await drawFolder(join(studio.folder, 'photos'), { perClass: 12, classes: ['circle', 'square'] })
    await studio.client.project.create({ name: 'shapes' })
    const paths = [join(studio.folder, 'photos')]
    await studio.result((await studio.client.images.import({ paths, labelFromFolders: true, backbone: null })).jobId, 'import')
  }, 240_000)
  afterAll(async () => studio.close())

  const start = (recipe: AskedRecipe, of = studio) => of.client.runs.start({ recipe, engine: 'wasm' })
  /** Everything that a training has come to, but for its times. */
  async function outcomeOf(run: string, of = studio) {
    const { run: summary, epochs } = await of.client.runs.get({ run })
    const { db } = of.context.project()
    return {
      state: summary.state,
      bestEpoch: summary.bestEpoch,
      network: summary.network?.hash,
      epochs: epochs.map(({ durationMs: _, ...numbers }) => numbers),
      head: readHead(db, summary.id),
      predictions: readPredictions(db, summary.id, 'test').map(({ probabilities }) => probabilities),
    }
  }
  /** What a training comes to that never rests. */
  const wholes = new Map<AskedRecipe, ReturnType<typeof outcomeOf>>()
  const trainWhole = (recipe: AskedRecipe): ReturnType<typeof outcomeOf> => {
    const whole =
      wholes.get(recipe) ??
      start(recipe).then(async ({ runId, jobId }) => {
        await studio.result(jobId, 'train')
        return outcomeOf(runId)
      })
    wholes.set(recipe, whole)
    return whole
  }
  /** Begins a training and lets it rest once this epoch is told. */
  async function pausedAfter(recipe: AskedRecipe, epoch: number, of = studio): Promise<string> {
    const { runId, jobId } = await start(recipe, of)
    await of.watch(jobId, (event) => {
      if (event.type === 'epoch' && event.report.epoch === epoch) void of.client.sweeps.pause({ runs: [runId] })
    })
    expect((await of.client.runs.get({ run: runId })).run).toMatchObject({ state: 'paused', bestEpoch: null, test: null })
    return runId
  }
  async function goOn(run: string, of = studio): Promise<EpochReport[]> {
    const [started] = await of.client.sweeps.resume({ runs: [run] })
    const told = (await of.watch(started!.jobId)).flatMap((event) => (event.type === 'epoch' ? [event.report] : []))
    return told
  }
  const checkpoints = (of: string): string[] => readdirSync(join(of, 'networks')).filter((name) => name.includes('checkpoint'))

  test('goes on where it was, also in another process, and comes to the same bits: a network', async () => {
    const whole = await trainWhole(scratch)
    const run = await pausedAfter(scratch, 2)
    expect(checkpoints(path())).toEqual([`${run}.checkpoint`])
    const before = (await studio.client.runs.get({ run })).epochs.length
    expect(before).toBeLessThan(6)
    await studio.client.project.close()
    const other = await testStudio({ folder: studio.folder })
    await other.client.project.open({ path: path() })
    const told = await goOn(run, other)
    // The epochs before are not trained again.
    expect(told.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6].slice(before))
    expect(await outcomeOf(run, other)).toEqual(whole)
    expect(checkpoints(path())).toEqual([])
    await other.close()
    await studio.client.project.open({ path: path() })
  })

  test.skipIf(!hasBackbone)('the same for a head', async () => {
    const whole = await trainWhole(head)
    const run = await pausedAfter(head, 3)
    const { epochs } = await studio.client.runs.get({ run })
    expect(epochs.length).toBeLessThan(60)
    await goOn(run)
    expect(await outcomeOf(run)).toEqual(whole)
  })

  test('is not lost when it is stopped before it has gone on, waiting or at work; only cancelling deletes it, with its checkpoint', async () => {
    const run = await pausedAfter(scratch, 2)
    const before = (await studio.client.runs.get({ run })).epochs
    const restsAsBefore = async (): Promise<void> => {
      await expect.poll(async () => (await studio.client.runs.get({ run })).run.state).toBe('paused')
      expect((await studio.client.runs.get({ run })).epochs).toEqual(before)
      expect(checkpoints(path())).toEqual([`${run}.checkpoint`])
    }
    const busy = await start({ ...scratch, epochs: 1000 })
    const [waiting] = await studio.client.sweeps.resume({ runs: [run] })
    await studio.client.jobs.stop({ jobId: waiting!.jobId })
    await restsAsBefore()
    await studio.client.jobs.cancel({ jobId: busy.jobId })
    await studio.watch(busy.jobId)

    // Its pictures have to be extracted anew.
    const { features } = studio.context.project().files
    rmSync(features, { recursive: true })
    mkdirSync(features)
    const [atWork] = await studio.client.sweeps.resume({ runs: [run] })
    await studio.watch(atWork!.jobId, (event) => {
      if (event.type === 'job' && event.job.state.state === 'running') void studio.client.jobs.stop({ jobId: atWork!.jobId })
    })
    await restsAsBefore()

    const other = await start({ ...scratch, epochs: 1000 })
    const [cancelled] = await studio.client.sweeps.resume({ runs: [run] })
    await studio.client.jobs.cancel({ jobId: cancelled!.jobId })
    await expect.poll(() => checkpoints(path()).filter((name) => name.startsWith(run))).toEqual([])
    expect((await studio.client.runs.list()).map(({ id }) => id)).not.toContain(run)
    await studio.client.jobs.cancel({ jobId: other.jobId })
    await studio.watch(other.jobId)
  })

  test('has taken the time of all its sittings, since it began at first, and has every epoch, also one that was not written in time', async () => {
    const run = await pausedAfter(scratch, 2)
    const { db } = studio.context.project()
    const startedAt = () => db.prepare('SELECT started_at_ms FROM run WHERE id = ?').pluck().get(run)
    const known = (await studio.client.runs.get({ run })).epochs.length - 1
    db.prepare('DELETE FROM run_epoch WHERE run_id = ? AND epoch > ?').run(run, known)
    db.prepare('UPDATE run_epoch SET duration_ms = 1000000 WHERE run_id = ?').run(run)
    const begun = startedAt()
    await goOn(run)
    const { run: ended, epochs } = await studio.client.runs.get({ run })
    const { seconds } = ended
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6])
    expect(Math.floor(seconds!.training / 1000)).toBe(known)
    expect(Math.floor(seconds!.total / 1000)).toBe(known)
    expect(startedAt()).toBe(begun)
  })

  test.skipIf(!hasBackbone)('and is stopped once it goes on has the epochs of its result alone: a head', async () => {
    const run = await pausedAfter({ ...head, epochs: 1000 }, 300)
    const before = (await studio.client.runs.get({ run })).epochs.length
    const [again] = await studio.client.sweeps.resume({ runs: [run] })
    let done = 0
    await studio.watch(again!.jobId, (event) => {
      if (event.type !== 'job' || event.job.state.state !== 'running' || event.job.state.progress.step !== 'training') return
      done = event.job.state.progress.done
      void studio.client.jobs.stop({ jobId: again!.jobId })
    })
    const { run: stopped, epochs } = await studio.client.runs.get({ run })
    expect(stopped).toMatchObject({ state: 'stopped', endedBecause: 'stopped-by-user' })
    expect(epochs.length).toBeLessThan(before)
    expect(epochs.length).toBeGreaterThanOrEqual(done)
  })

  test('and one that its process left behind when it was ended goes on from what was written last', async () => {
    const whole = await trainWhole(scratch)
    const busy = await testStudio({ folder: studio.folder, checkpointEveryMs: 0 })
    await studio.client.project.close()
    await busy.client.project.open({ path: path() })
    const { runId, jobId } = await start(scratch, busy)
    const copy = join(studio.folder, 'copy.graft')
    await busy.watch(jobId, (event) => {
      if (event.type !== 'epoch' || event.report.epoch !== 4 || existsSync(copy)) return
      // What a power cut would leave on the disk.
      mkdirSync(copy)
      const { db, files } = busy.context.project()
      db.prepare('VACUUM INTO ?').run(join(copy, files.database.slice(files.root.length + 1)))
      for (const name of readdirSync(files.root, { withFileTypes: true }))
        if (name.isDirectory()) cpSync(join(files.root, name.name), join(copy, name.name), { recursive: true })
    })
    await busy.close()
    const other = await testStudio({ folder: studio.folder })
    await other.client.project.open({ path: copy })
    expect((await other.client.runs.get({ run: runId })).run.state).toBe('paused')
    const told = await goOn(runId, other)
    expect(told[0]?.epoch).toBeGreaterThan(1)
    expect(await outcomeOf(runId, other)).toEqual(whole)
    await other.close()
    await studio.client.project.open({ path: path() })
  })

  test('rests together with those that wait, and they go on in their order', async () => {
    const long = { ...scratch, epochs: 1000 }
    const [first, second, third] = await studio.client.sweeps.start({ recipes: [long, scratch, { ...scratch, seed: 2 }], engine: 'wasm' })
    const states = async () => {
      const runs = await studio.client.runs.list()
      return [first, second, third].map((each) => runs.find(({ id }) => id === each?.runId)?.state)
    }
    let asked = false
    await studio.watch(first!.jobId, (event) => {
      if (event.type === 'epoch' && !asked) void studio.client.sweeps.pause({})
      asked ||= event.type === 'epoch'
    })
    expect(await states()).toEqual(['paused', 'paused', 'paused'])
    expect((await studio.client.jobs.list()).filter(({ state }) => state.state === 'running' || state.state === 'queued')).toEqual([])
    // Deleted, it leaves nothing.
    await studio.client.runs.delete({ run: first!.runId })
    await expect.poll(() => checkpoints(path())).toEqual([])
    const again = await studio.client.sweeps.resume({})
    expect(again.map(({ runId }) => runId)).toEqual([second!.runId, third!.runId])
    expect(await studio.client.sweeps.resume({})).toEqual([])
    for (const { jobId } of again) await studio.result(jobId, 'train')
    expect(await states()).toEqual([undefined, 'finished', 'finished'])
  })
})
