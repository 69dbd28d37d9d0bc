import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AskedRecipe } from '../../contract/runs.ts'
import { Recipe } from '../../contract/runs.ts'
import { writeComparison } from '../similar/likeness-rows.ts'
import { readSplitMembers } from '../splits/split-rows.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { gatherEvidence } from './gather-evidence.ts'
import { insertEpochs, insertRun, markPaused, markRunning } from '../training/run-rows.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))
const shares = { train: 0.4, validation: 0.4, test: 0.2 }

describe.skipIf(!hasBackbone)(`what the coach says of a run${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, () => {
  let studio: TestStudio
  let hashes: Record<'circle' | 'square', string[]>
  beforeAll(async () => {
    studio = await testStudio()
    const photos = join(studio.folder, 'photos')
    await drawFolder(photos, { perClass: 24, classes: ['circle', 'square'] })
    await studio.client.project.create({ name: 'shapes' })
    const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true, backbone })
    await studio.result(jobId, 'import')
    const classes = await studio.client.classes.list()
    const hashesOf = async (name: string): Promise<string[]> => {
      const { images } = await studio.client.images.list({ filter: { class: idOf(classes, name) }, offset: 0, limit: 100 })
      return images.map(({ hash }) => hash)
    }
    hashes = { circle: await hashesOf('circle'), square: await hashesOf('square') }
  })
  afterAll(async () => studio.close())

  const idOf = (classes: readonly { id: number; name: string }[], name: string): number =>
    classes.find((each) => each.name === name)?.id ?? 0
  const train = async (recipe: Partial<AskedRecipe>): Promise<string> => {
    const { jobId, runId } = await studio.client.runs.start({ recipe: { backbone, shares, ...recipe } })
    await studio.result(jobId, 'train')
    return runId
  }
  const kindsOf = async (run: string): Promise<string[]> => (await studio.client.coach.ofRun({ run })).findings.map(({ kind }) => kind)

  test('a sound one has nothing that is wrong, and a calm curve', async () => {
    const coach = await studio.client.coach.ofRun({ run: await train({ epochs: 20 }) })
    expect(coach).toMatchObject({ findings: [], isEarly: false, roughness: { kind: 'calm' } })
  })

  test('few photos to tune with are counted, in the parts as they were frozen', async () => {
    const run = await train({ shares: { train: 0.7, validation: 0.15, test: 0.15 }, epochs: 5 })
    const { findings } = await studio.client.coach.ofRun({ run })
    // 15 % of 48; no share that is usual gives 15 of them, so more have to be labelled.
    expect(findings[0]).toMatchObject({ kind: 'few-validation', images: 7, step: { kind: 'add-photos', classId: null } })
  })

  test('what it answered to test photos has no say in it', async () => {
    const { db } = studio.context.project()
    const run = await train({ epochs: 5, splitSeed: 5 })
    const { validation } = (await studio.client.runs.get({ run })).run
    const evidence = gatherEvidence(db, run)
    expect(evidence.confusion!.flat().reduce((sum, each) => sum + each, 0)).toBe(validation!.n)
    expect(evidence.confusion!.reduce((sum, row, index) => sum + row[index]!, 0)).toBe(Math.round(validation!.accuracy * validation!.n))
    const flipped = Buffer.from(new Float32Array([0, 1]).buffer)
    db.prepare("UPDATE run_prediction SET probabilities = ? WHERE run_id = ? AND part = 'test'").run(flipped, run)
    expect(gatherEvidence(db, run)).toEqual(evidence)
  })

  test('look-alikes across the parts count once a comparison knows of them, and those within a part do not', async () => {
    const run = await train({ epochs: 20, splitSeed: 7 })
    expect(await kindsOf(run)).toEqual([])
    const { db } = studio.context.project()
    const { splitId } = (await studio.client.runs.get({ run })).run
    const members = readSplitMembers(db, splitId)
    const [learned, measured] = [members.filter(({ part }) => part === 'train'), members.filter(({ part }) => part !== 'train')]
    const pair = (one: number | undefined, other: number | undefined) => ({
      ...{ imageId: Math.min(one ?? 0, other ?? 0), otherId: Math.max(one ?? 0, other ?? 0), similarity: 0.95 },
    })
    const across = [0, 1, 2, 3, 4, 5].map((at) => pair(learned[at]?.imageId, measured[at]?.imageId))
    writeComparison(db, [...across, pair(measured[10]?.imageId, measured[11]?.imageId)], { atMs: 1, newestImage: 48 })
    const { findings } = await studio.client.coach.ofRun({ run })
    expect(findings).toMatchObject([{ kind: 'leak', images: 6, measured: measured.length, step: { kind: 'look-alikes' } }])
    writeComparison(db, [], { atMs: 2, newestImage: 48 })
  })

  test('wrong labels are suspected from the run, and told with their number once they were checked', async () => {
    const classes = await studio.client.classes.list()
    const swap = (name: 'circle' | 'square', other: 'circle' | 'square') =>
      studio.client.labels.set({ hashes: hashes[name].slice(0, 5), classId: idOf(classes, other) })
    await swap('circle', 'square')
    await swap('square', 'circle')
    const run = await train({ epochs: 30, splitSeed: 3 })
    expect(await studio.client.coach.ofRun({ run })).toMatchObject({ findings: [{ kind: 'noisy-labels', by: 'answers' }] })
    // Steps that are too large make the most of such labels, and hide them.
    const wild = await studio.client.coach.ofRun({ run: await train({ learningRate: 5, epochs: 8, splitSeed: 3 }) })
    expect(wild.findings[0]).toMatchObject({
      kind: 'rate-too-high',
      learningRate: 5,
      step: { kind: 'train', changes: { learningRate: 0.001 } },
    })
    const { jobId } = await studio.client.doubts.check()
    await studio.result(jobId, 'check-labels')
    const { findings } = await studio.client.coach.ofRun({ run })
    expect(findings[0]).toMatchObject({ kind: 'noisy-labels', by: 'checked', images: 48, step: { kind: 'check-labels' } })
    await swap('circle', 'circle')
    await swap('square', 'square')
    // All of them are decided, as that check saw them.
    expect(await kindsOf(run)).not.toContain('noisy-labels')
  })

  test('a class with very few photos is named, with how many of them were found', async () => {
    await studio.client.labels.set({ hashes: hashes.square.slice(0, 18), classId: null })
    const { findings } = await studio.client.coach.ofRun({
      run: await train({ epochs: 5, shares: { train: 0.6, validation: 0.2, test: 0.2 } }),
    })
    expect(findings.find(({ kind }) => kind === 'starving')).toBeUndefined()
    await studio.client.labels.set({ hashes: hashes.square.slice(18, 21), classId: null })
    const fewer = await studio.client.coach.ofRun({ run: await train({ epochs: 5, splitSeed: 9 }) })
    expect(fewer.findings).toContainEqual(expect.objectContaining({ kind: 'starving', class: 'square', images: 1, most: 10 }))
  })

  test('of one that trains, its curve is told as far as it has come', async () => {
    const { db } = studio.context.project()
    const { splitId } = (await studio.client.runs.get({ run: '#1' })).run
    const recipe = Recipe.parse({ backbone, patience: 0, epochs: 100 })
    insertRun(db, { id: 'training', splitId, recipe, backboneHash: 'hash', versions: {}, createdAtMs: 1 })
    markRunning(db, 'training', 1)
    expect(await studio.client.coach.ofRun({ run: 'training' })).toMatchObject({ isEarly: true, partsAt: null, roughness: null })
    const epoch = (number: number) => ({
      ...{ epoch: number, trainLoss: 0.5 / number, trainAccuracy: 1, durationMs: 1 },
      ...{ validationLoss: 0.3 + 0.02 * Math.abs(number - 6), validationAccuracy: 0.8 },
    })
    insertEpochs(
      db,
      'training',
      Array.from({ length: 16 }, (_, index) => epoch(index + 1)),
    )
    const { findings, partsAt } = await studio.client.coach.ofRun({ run: 'training' })
    expect(partsAt).toBe(6)
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'overfitting', partsAt: 6, step: { kind: 'stop' } }))
    // One that rests has not come to its end either.
    expect(markPaused(db, 'training', 2)).toBe(true)
    expect(await studio.client.coach.ofRun({ run: 'training' })).toMatchObject({ findings, partsAt })
  })

  test('a run that is not there is told as such', async () => {
    await expect(studio.client.coach.ofRun({ run: 'nothing' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})
