import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AskedRecipe, RunSummary } from '../../contract/runs.ts'
import { temperatureOf } from '../../contract/sureness.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { readPredictions } from './run-rows.ts'

const backbone = 'mobilenet-v2-035'
const hasBackbone = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))

describe.skipIf(!hasBackbone)(`a run${hasBackbone ? '' : ` (skipped: ${backbone} was not fetched)`}`, { timeout: 120_000 }, () => {
  let studio: TestStudio
  let photos: string[]
  /** Half of what its labels say is spread over all classes: it is far too careful. */
  let run: RunSummary

  beforeAll(async () => {
    studio = await testStudio()
    photos = await drawFolder(join(studio.folder, 'photos'), { perClass: 24, classes: ['circle', 'square'] })
    await studio.client.project.create({ name: 'shapes' })
    const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'photos')], labelFromFolders: true, backbone })
    await studio.result(jobId, 'import')
    const shares = { train: 0.3, validation: 0.5, test: 0.2 }
    const started = await studio.client.runs.start({ recipe: { backbone, epochs: 15, patience: 0, labelSmoothing: 0.5, shares } })
    run = (await studio.result(started.jobId, 'train')).run
  }, 120_000)
  afterAll(async () => studio.close())

  /** Of the likeliest class of each test photo, as the tables have it. */
  const surenessOfTest = (): number[] =>
    readPredictions(studio.context.project().db, run.id, 'test').map(({ probabilities }) => Math.max(...probabilities))
  /** What is said of each photo when it is tried, by its name. */
  const tried = async () => {
    const answers = await studio.client.runs.predict({ run: run.id, files: photos })
    return new Map(answers.map((answer) => [answer.file, answer]))
  }

  test('is as sure as its validation photos ask for when it has ended, and that is told', async () => {
    expect(run.tempering).toMatchObject({ state: 'tempered', photos: run.validation!.n })
    if (run.tempering.state !== 'tempered') return
    expect(run.tempering.temperature).toBeLessThan(0.9)
    expect(run.tempering.lossAfter).toBeLessThan(run.tempering.lossBefore)
    const { worth } = await studio.client.runs.sureness({ run: run.id })
    expect(worth!.now.loss).toBeLessThan(worth!.asTrained.loss)
  })

  test('says the same of a photo wherever it is asked, with its temperature and without, and names the same classes', async () => {
    const told = async () => {
      const answers = await tried()
      const stored = readPredictions(studio.context.project().db, run.id, 'test')
      for (const { sourcePath, hash, probabilities } of stored) {
        const { probabilities: asked } = answers.get(sourcePath)!
        for (const [index, { probability }] of asked.entries()) expect(probability).toBeCloseTo(probabilities[index]!, 4)
        const { runs } = await studio.client.images.detail({ hash })
        expect(runs.find(({ runId }) => runId === run.id)?.probability).toBeCloseTo(Math.max(...probabilities), 6)
      }
      const { mistakes: _, run: __, ...counts } = await studio.client.runs.evaluate({ run: run.id })
      return { counts, sureness: surenessOfTest(), classes: [...answers.values()].map((each) => each.class) }
    }
    const now = await told()
    const trained = await studio.client.runs.temper({ run: run.id, isTempered: false })
    expect(trained.tempering).toEqual({ state: 'never' })
    const before = await told()
    expect([before.counts, before.classes]).toEqual([now.counts, now.classes])
    for (const [index, sureness] of before.sureness.entries()) expect(sureness).toBeLessThan(now.sureness[index]!)
    const again = await studio.client.runs.temper({ run: run.id, isTempered: true })
    expect(temperatureOf(again.tempering)).toBeCloseTo(temperatureOf(run.tempering), 6)
    for (const [index, sureness] of surenessOfTest().entries()) expect(sureness).toBeCloseTo(now.sureness[index]!, 6)
  })

  test('answers only from its threshold on, keeps it, and other percentages put it back', async () => {
    const percent = Math.round(100 * surenessOfTest().toSorted()[4]!)
    expect(await studio.client.runs.setThreshold({ run: run.id, percent })).toMatchObject({ answerFromPercent: percent })
    const answers = [...(await tried()).values()]
    for (const { refusal, probabilities } of answers) {
      const sureness = Math.max(...probabilities.map(({ probability }) => probability))
      expect(refusal).toBe(sureness < percent / 100 ? 'unsure' : null)
    }
    expect(new Set(answers.map(({ refusal }) => refusal))).toEqual(new Set(['unsure', null]))
    expect(await studio.client.runs.temper({ run: run.id, isTempered: true })).toMatchObject({ answerFromPercent: 0 })
    expect([...(await tried()).values()].every(({ refusal }) => refusal === null)).toBe(true)
  })

  test('refuses what is unlike all it has learned from, and of its own photos as few as was said', async () => {
    const strange = await Promise.all(
      [30, 60, 90].map(async (sigma) => {
        const file = join(studio.folder, `noise-${sigma}.png`)
        const noise = { type: 'gaussian', mean: 128, sigma } as const
        await sharp({ create: { width: 320, height: 240, channels: 3, background: '#000', noise } })
          .png()
          .toFile(file)
        return file
      }),
    )
    const refusals = async (files: readonly string[]) =>
      (await studio.client.runs.predict({ run: run.id, files: [...files] })).map(({ refusal }) => refusal)
    expect(await refusals(strange)).not.toContain('foreign')
    const { foreign } = await studio.client.runs.refuseForeign({ run: run.id, ofHundred: 5 })
    expect(foreign).toMatchObject({ ofHundred: 5, photos: run.validation!.n, test: { n: run.test!.n } })
    expect(await refusals(strange)).toEqual(['foreign', 'foreign', 'foreign'])
    const { db } = studio.context.project()
    const own = (part: 'validation' | 'test') => readPredictions(db, run.id, part).map(({ sourcePath }) => sourcePath)
    const ofValidation = (await refusals(own('validation'))).filter((each) => each === 'foreign').length
    expect(ofValidation).toBe(Math.floor((own('validation').length * 5) / 100))
    expect((await refusals(own('test'))).filter((each) => each === 'foreign').length).toBe(
      Math.round(foreign!.test!.accuracy * foreign!.test!.n),
    )
    // What it has learned from is like itself.
    const judged = new Set([...own('validation'), ...own('test')])
    expect(await refusals(photos.filter((file) => !judged.has(file)))).not.toContain('foreign')
    // A backup may leave the features out; what is asked of the run next extracts them anew.
    const { files } = studio.context.project()
    const forget = (): void => rmSync(files.features, { recursive: true })
    forget()
    expect(await refusals([photos[0]!, ...strange])).toEqual([null, 'foreign', 'foreign', 'foreign'])
    forget()
    expect(await studio.client.runs.refuseForeign({ run: run.id, ofHundred: 5 })).toMatchObject({ foreign: { photos: foreign!.photos } })
    expect(await studio.client.runs.refuseForeign({ run: run.id, ofHundred: null })).toMatchObject({ foreign: null })
    expect(await refusals(strange)).not.toContain('foreign')
  })

  test('with few validation photos, or a network of its own, refuses no foreign photos and says why', async () => {
    const train = async (recipe: Partial<AskedRecipe>): Promise<string> => {
      const { jobId, runId } = await studio.client.runs.start({ recipe: { backbone, epochs: 1, ...recipe }, engine: 'wasm' })
      await studio.result(jobId, 'train')
      return runId
    }
    const refuse = (reference: string) => studio.client.runs.refuseForeign({ run: reference, ofHundred: 5 })
    const details = (reason: RegExp) => ({ code: 'INVALID_INPUT', details: { reason: expect.stringMatching(reason) as string } })
    await expect(refuse(await train({}))).rejects.toMatchObject(details(/7 validation photos .* takes at least 20/))
    await expect(refuse(await train({ mode: 'scratch' }))).rejects.toMatchObject(details(/trained its own network/))
  })

  test('that is not there or has no result takes neither', async () => {
    const { runs } = studio.client
    await expect(runs.setThreshold({ run: '99', percent: 80 })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(runs.temper({ run: '99', isTempered: true })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    await expect(runs.setThreshold({ run: run.id, percent: 100 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
