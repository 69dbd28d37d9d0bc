import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasEpoch } from '../../contract/jobs.ts'
import type { RunSummary } from '../../contract/runs.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`a training${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 180_000 }, () => {
  let studio: TestStudio
  let picture = ''

  beforeAll(async () => {
    studio = await testStudio()
    const photos = join(studio.folder, 'photos')
    const files = await drawFolder(photos, { perClass: 12, classes: ['circle', 'square', 'stripes'] })
    picture = files.find((file) => file.includes('square'))!
    await studio.client.project.create({ name: 'shapes' })
    const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true, backbone })
    await studio.result(jobId, 'import')
  }, 180_000)
  afterAll(async () => studio.close())

  const train = async (settings: { seed?: number; epochs?: number; patience?: number } = {}): Promise<RunSummary> => {
    const { jobId } = await studio.client.runs.start({ recipe: { backbone, epochs: 5, ...settings } })
    return (await studio.result(jobId, 'train')).run
  }
  const runIds = async (): Promise<string[]> => (await studio.client.runs.list()).map(({ id }) => id)

  test('with the same seed gives the same numbers', async () => {
    const [first, second] = [await train({ seed: 7 }), await train({ seed: 7 })]
    const epochsOf = async (run: RunSummary) =>
      (await studio.client.runs.get({ run: run.id })).epochs.map(({ durationMs: _, ...numbers }) => numbers)
    expect(await epochsOf(second)).toEqual(await epochsOf(first))
    expect(second.splitId).toBe(first.splitId)
    expect(second.test).toEqual(first.test)
    const probabilities = async (run: RunSummary) =>
      (await studio.client.runs.predict({ run: run.id, files: [picture] })).map((each) => each.probabilities)
    expect(await probabilities(second)).toEqual(await probabilities(first))
  })

  test('has a learning rate found for it that beats one that is far too small, and leaves no run behind', async () => {
    const before = await runIds()
    const { points, suggestion } = await studio.client.runs.findRate({ recipe: { backbone } })
    expect([points.length > 20, await runIds()]).toEqual([true, before])
    const rightWith = async (learningRate: number): Promise<number> => {
      const { jobId } = await studio.client.runs.start({ recipe: { backbone, epochs: 5, learningRate } })
      const { run } = await studio.result(jobId, 'train')
      const { epochs } = await studio.client.runs.get({ run: run.id })
      return Math.min(...epochs.map(({ validationLoss }) => validationLoss))
    }
    expect(await rightWith(suggestion!.rate)).toBeLessThan((await rightWith(0.000001)) / 2)
  })

  test('records what is needed to repeat it', async () => {
    const run = await train()
    expect(run).toMatchObject({ state: 'finished', endedBecause: 'completed', engine: { training: 'cpu', extraction: 'onnxruntime' } })
    expect(run.versions).toMatchObject({ node: process.versions.node, onnxruntime: expect.any(String) as string })
    expect(run.backboneHash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('keeps its result when a test image is relabelled, and evaluates with the classes of its split', async () => {
    const run = await train()
    const before = await studio.client.runs.evaluate({ run: run.id })
    const sure = await studio.client.runs.sureness({ run: run.id })
    const [stripes] = (await studio.client.classes.list()).filter(({ name }) => name === 'stripes')
    const images = await studio.client.images.list({ filter: { name: 'circle' }, offset: 0, limit: 100 })
    await studio.client.labels.set({ hashes: images.images.map(({ hash }) => hash), classId: stripes!.id })
    await studio.client.classes.rename({ id: stripes!.id, name: 'lines' })
    expect(await studio.client.runs.evaluate({ run: run.id })).toEqual(before)
    expect(await studio.client.runs.sureness({ run: run.id })).toEqual(sure)
    await studio.client.history.undo()
    await studio.client.history.undo()
    expect(before.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(before.test.n)
    expect(before.mistakes).toHaveLength(before.test.n - Math.round(before.test.accuracy * before.test.n))
  })

  test('that answers every photo is right, and misses photos of a class, as often as its evaluation says; few validation photos suggest no threshold', async () => {
    const run = await train()
    const { test: right, perClass, mistakes, classes } = await studio.client.runs.evaluate({ run: run.id })
    const sureness = await studio.client.runs.sureness({ run: run.id })
    expect(sureness.calibration).toMatchObject({ right })
    expect(sureness.steps[0]).toMatchObject({ fromPercent: 0, right, answered: { accuracy: 1, n: right.n } })
    expect(sureness.classes.map(({ classId }) => classId)).toEqual(classes.map(({ id }) => id))
    for (const [index, { recall, n }] of perClass.entries())
      expect(sureness.classes[index]!.steps[0]!.missed).toMatchObject({ accuracy: expect.closeTo(1 - recall!, 12) as number, n })
    expect(sureness.suggested).toEqual({ state: 'too few', photos: run.validation!.n })
    // Of the surest mistake on there is none.
    const free = Math.floor(100 * Math.max(0, ...mistakes.map(({ probability }) => probability))) + 1
    for (const step of sureness.steps.filter(({ fromPercent }) => fromPercent >= free)) expect(step.right?.accuracy ?? 1).toBe(1)
  })

  test('that is stopped keeps the best epoch so far', async () => {
    const { jobId, runId } = await studio.client.runs.start({ recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } })
    let seen = 0
    await studio.watch(jobId, (event) => {
      if (event.type === 'epoch' && ++seen === 2) void studio.client.jobs.stop({ jobId })
    })
    const { run, epochs } = await studio.client.runs.get({ run: runId })
    expect(run).toMatchObject({ state: 'stopped', endedBecause: 'stopped-by-user' })
    expect(epochs.length).toBeLessThan(1000)
    const losses = epochs.map(({ validationLoss }) => validationLoss)
    expect(run.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1)
  })

  test('that is cancelled keeps nothing, also while it waits in the queue', async () => {
    const before = await runIds()
    const long = { recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } }
    const [running, waiting] = [await studio.client.runs.start(long), await studio.client.runs.start(long)]
    await studio.client.jobs.cancel({ jobId: waiting.jobId })
    await studio.watch(running.jobId, (event) => {
      if (event.type === 'epoch') void studio.client.jobs.cancel({ jobId: running.jobId })
    })
    expect(await runIds()).toEqual(before)
  })

  test('that is cancelled as it ends is either there or cancelled, never both', async () => {
    const { jobId, runId } = await studio.client.runs.start({ recipe: { backbone, epochs: 3, patience: 0 } })
    const events = await studio.watch(jobId, (event) => {
      if (event.type === 'epoch' && event.report.epoch === 3) void studio.client.jobs.cancel({ jobId })
    })
    const last = events.at(-1)
    const isCancelled = last?.type === 'job' && last.job.state.state === 'cancelled'
    expect((await runIds()).includes(runId)).toBe(!isCancelled)
  })

  test('keeps the name that it is given while it waits and while it is at work', async () => {
    const recipe = { backbone, epochs: 1000, patience: 0, batchSize: 1 }
    const [atWork, waiting] = [
      await studio.client.runs.start({ recipe }),
      await studio.client.runs.start({ recipe: { backbone, epochs: 2 } }),
    ]
    await studio.client.runs.annotate({ run: waiting.runId, name: 'named while it waits' })
    const named: Promise<RunSummary>[] = []
    await studio.watch(atWork.jobId, (event) => {
      if (event.type !== 'epoch' || named.length > 0) return
      // Whichever epoch comes first: the ones before the watch began are not told again.
      const naming = studio.client.runs.annotate({ run: atWork.runId, name: 'named at work', tags: ['long'] })
      named.push(naming)
      void naming.finally(() => studio.client.jobs.stop({ jobId: atWork.jobId }))
    })
    expect(await Promise.all(named)).toMatchObject([{ state: 'running', name: 'named at work' }])
    expect((await studio.result(waiting.jobId, 'train')).run).toMatchObject({ state: 'finished', name: 'named while it waits' })
    expect((await studio.client.runs.get({ run: atWork.runId })).run).toMatchObject({
      state: 'stopped',
      name: 'named at work',
      tags: ['long'],
    })
  })

  test('that is deleted while it waits or is at work is gone when that is told', async () => {
    const before = await runIds()
    const long = { recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } }
    const [atWork, waiting] = [await studio.client.runs.start(long), await studio.client.runs.start(long)]
    for await (const event of await studio.client.jobs.watch({ jobId: atWork.jobId })) if (event.type === 'epoch') break
    await studio.client.runs.delete({ run: waiting.runId })
    expect(await runIds()).toEqual([atWork.runId, ...before])
    await studio.client.runs.delete({ run: atWork.runId })
    expect(await runIds()).toEqual(before)
    expect((await train()).state).toBe('finished')
  })

  test('answers with the square of pixels that its network saw, where that is asked for', async () => {
    await train()
    const [plain] = await studio.client.runs.predict({ run: 'latest', files: [picture] })
    const [seen] = await studio.client.runs.predict({ run: 'latest', files: [picture], withSeen: true })
    expect(plain).toEqual({ ...seen, seen: null })
    const [, base64 = ''] = /^data:image\/png;base64,(.+)$/.exec(seen?.seen ?? '') ?? []
    const header = Buffer.from(base64, 'base64')
    // Width and height stand in the header of a PNG, after its signature and the name of the chunk.
    expect([header.subarray(1, 4).toString(), header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual(['PNG', 224, 224])
  })

  test('whose worker is killed is marked with the reason, and the next one runs', async () => {
    const { jobId, runId } = await studio.client.runs.start({ recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } })
    for await (const event of await studio.client.jobs.watch({ jobId })) if (event.type === 'epoch') break
    process.kill(studio.processIds.training.at(-1)!, 'SIGKILL')
    await studio.watch(jobId)
    const { run } = await studio.client.runs.get({ run: runId })
    expect(run).toMatchObject({ state: 'failed', error: { code: 'WORKER_DIED', details: { worker: 'training', reason: 'killed' } } })
    expect((await train()).state).toBe('finished')
  })

  test('that cannot start says why before it begins', async () => {
    const { runs, classes } = studio.client
    const empty = await classes.add({ name: 'empty' })
    const refused = { code: 'CLASS_WITHOUT_IMAGES', details: { class: 'empty' } }
    expect((await runs.plan({ recipe: { backbone } })).problem).toEqual(refused)
    await expect(runs.start({ recipe: { backbone } })).rejects.toMatchObject(refused)
    await classes.delete({ id: empty.id })
    await expect(runs.start({ recipe: { backbone: 'no-such-network' } })).rejects.toMatchObject({ code: 'BACKBONE_UNKNOWN' })
    const { problem, parts, classes: counted } = await runs.plan({ recipe: { backbone } })
    expect(problem).toBeNull()
    expect(counted.map(({ images }) => images)).toEqual([12, 12, 12])
    expect(parts.train + parts.validation + parts.test).toBe(36)
    expect(Math.min(parts.validation, parts.test)).toBeGreaterThanOrEqual(3)
  })

  test('compares with another one by their settings and a paired test', async () => {
    const [first, second] = [await train({ epochs: 1 }), await train({ epochs: 4 })]
    const comparison = await studio.client.runs.compare({ first: first.id, second: `#${second.number}` })
    expect(comparison.differs).toEqual({ epochs: [1, 4] })
    expect(comparison.mcnemar?.n).toBe(first.test?.n)
    expect(['better', 'worse', 'not certain']).toContain(comparison.verdict)
  })

  test('that has an epoch rests after it when its project closes, so does one that waits, and both can go on', async () => {
    const long = { recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } }
    const [running, waiting] = [await studio.client.runs.start(long), await studio.client.runs.start(long)]
    for await (const event of await studio.client.jobs.watch({ jobId: running.jobId })) {
      if (event.type === 'job' && hasEpoch(event.job)) break
    }
    await studio.client.project.close()
    await studio.client.project.open({ path: join(studio.folder, 'projects', 'shapes.graft') })
    expect((await studio.client.runs.get({ run: running.runId })).run.state).toBe('paused')
    expect((await studio.client.runs.get({ run: waiting.runId })).run.state).toBe('paused')
    const again = await studio.client.sweeps.resume({})
    expect(again.map(({ runId }) => runId)).toEqual([running.runId, waiting.runId])
    for (const { runId } of again) await studio.client.runs.delete({ run: runId })
  })

  test('that was under way when the studio closed rests', async () => {
    const other = await testStudio({ folder: studio.folder })
    await studio.client.project.close()
    await other.client.project.open({ path: join(studio.folder, 'projects', 'shapes.graft') })
    const { jobId, runId } = await other.client.runs.start({ recipe: { backbone, epochs: 1000, patience: 0, batchSize: 1 } })
    for await (const event of await other.client.jobs.watch({ jobId })) if (event.type === 'epoch') break
    await other.close()
    await studio.client.project.open({ path: join(studio.folder, 'projects', 'shapes.graft') })
    expect((await studio.client.runs.get({ run: runId })).run.state).toBe('paused')
  })

  test('extracts with what was chosen in the settings, from the next photos on', async () => {
    await studio.client.studio.changeSettings({ threads: 1, extraction: 'wasm' })
    await drawFolder(join(studio.folder, 'more'), { perClass: 1, classes: ['circle', 'square', 'stripes'], firstSeed: 99 })
    const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'more')], labelFromFolders: true, backbone })
    await studio.result(jobId, 'import')
    expect((await train()).engine).toEqual({ training: 'cpu', extraction: 'wasm' })
    await studio.client.studio.changeSettings({ threads: null, extraction: 'auto' })
  })

  test('tells a file that is not there from one that is no picture', async () => {
    await train()
    const { predict } = studio.client.runs
    await expect(predict({ run: 'latest', files: [join(studio.folder, 'gone.jpg')] })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(predict({ run: 'latest', files: [import.meta.filename] })).rejects.toMatchObject({ code: 'PICTURE_UNREADABLE' })
  })
})
