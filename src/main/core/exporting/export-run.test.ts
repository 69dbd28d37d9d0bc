import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import type { ExportProof } from '../../contract/exporting.ts'
import type { JobEvent } from '../../contract/jobs.ts'
import { Recipe } from '../../contract/runs.ts'
import { workingCopyPx } from '../images/image-folders.ts'
import { drawFolder } from '../testing/draw-pictures.ts'
import { checkoutResources, testStudio, type TestStudio } from '../testing/studio.ts'
import { hashOfPlainFile } from '../plain-file.ts'
import { readPredictions } from '../training/run-rows.ts'

const backbone = 'mobilenet-v2-035'
const isThere = existsSync(join(checkoutResources, 'backbones', backbone, 'network.json'))
if (!isThere) process.stderr.write(`${backbone} has not been fetched: exports are not tested\n`)

// Set in beforeAll, unless everything is skipped.
let studio: TestStudio
let photos: string[]
let run: string
let out: string
let outs = 0

beforeAll(async () => {
  if (!isThere) return
  studio = await testStudio()
  await studio.client.project.create({ name: 'Shapes & Co', folder: join(studio.folder, 'projects') })
  // Larger than a working copy, so that the whole way from the original is gone.
  photos = await drawFolder(join(studio.folder, 'photos'), { perClass: 16, widthPx: 640, heightPx: 420 })
  const imported = await studio.client.images.import({ paths: [join(studio.folder, 'photos')], labelFromFolders: true, backbone })
  await studio.result(imported.jobId, 'import')
  const started = await studio.client.runs.start({ recipe: Recipe.parse({ backbone, epochs: 5 }) })
  await studio.result(started.jobId, 'train')
  run = started.runId
}, 120_000)
afterAll(() => (isThere ? studio.close() : undefined))
beforeEach(() => {
  if (isThere) out = join(studio.folder, `out${++outs}`, 'deeper')
})

async function exportHere(): Promise<ExportProof> {
  const { jobId } = await studio.client.exporting.start({ run, format: 'tfjs', out })
  return (await studio.result(jobId, 'export')).proof
}

/** Entries of a zip by name. */
async function unzipped(path: string): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>()
  const zip = await openPromise(path)
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  return entries
}

function isVerifying(event: JobEvent): boolean {
  return event.type === 'job' && event.job.state.state === 'running' && event.job.state.progress.step === 'verifying'
}

describe.runIf(isThere)('an export', { timeout: 60_000 }, () => {
  test('is proved on every test photo from its original file, packed as it is, and remembered', async () => {
    const proof = await exportHere()
    const { test: score } = await studio.client.runs.evaluate({ run })
    expect(proof).toMatchObject({ runId: run, images: score.n, agree: score.n, fromWorkingCopy: 0 })
    expect(proof.maxDifference).toBeLessThan(1e-4)
    expect(basename(proof.folder)).toBe('shapes-co-mobilenet-v2-035-run1-tfjs')
    const inZip = await unzipped(proof.zip)
    expect([...inZip.keys()]).toEqual(proof.files)
    for (const file of proof.files) expect(inZip.get(file)?.equals(await readFile(join(proof.folder, file))), file).toBe(true)
    expect((await readdir(out)).sort()).toEqual([basename(proof.folder), basename(proof.zip)])
    expect((await studio.client.exporting.list())[0]).toEqual({ ...proof, isPresent: true })
  })

  test('has a page that the studio serves, as long as its folder is there; any other folder is not served', async () => {
    const { folder } = await exportHere()
    const { address, opened } = await studio.client.exporting.openPage({ folder })
    expect(opened).toBe(false)
    expect(await (await fetch(address)).text()).toContain('<html')
    await expect(studio.client.exporting.openPage({ folder: studio.folder })).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' })
    await rm(folder, { recursive: true })
    await expect(studio.client.exporting.openPage({ folder })).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' })
    expect((await studio.client.exporting.list())[0]).toMatchObject({ folder, isPresent: false })
  })

  test('is taken off the list when somebody asks for it, and what lies on the disk stays', async () => {
    const { folder } = await exportHere()
    await studio.client.exporting.forget({ folder })
    expect((await studio.client.exporting.list()).map((each) => each.folder)).not.toContain(folder)
    expect(existsSync(folder)).toBe(true)
  })

  test('is listed also beside one whose proof cannot be read, which is proved by nothing', async () => {
    const { folder } = await exportHere()
    const { db } = studio.context.project()
    db.prepare("INSERT INTO export (run_id, proof, created_at_ms) VALUES (?, '{}', 1)").run(run)
    expect((await studio.client.exporting.list())[0]).toMatchObject({ folder, isPresent: true })
  })

  test('does not go into the folder of a project', async () => {
    const { root } = studio.context.project().files
    const out = join(root, 'exports', 'deeper')
    const details = { path: out, reason: 'it lies inside the project Shapes & Co' }
    await expect(studio.client.exporting.start({ run, format: 'tfjs', out })).rejects.toMatchObject({ code: 'NOT_WRITABLE', details })
    expect(existsSync(join(root, 'exports'))).toBe(false)
  })

  test('has a page that is not served once a file of it was changed', async () => {
    const { folder } = await exportHere()
    await appendFile(join(folder, 'page.js'), '\n')
    const details = { path: folder, reason: 'changed', file: 'page.js' }
    await expect(studio.client.exporting.openPage({ folder })).rejects.toMatchObject({ code: 'EXPORT_UNPROVED', details })
  })

  test('carries its proof, with the hash of every other file, and names no place of this machine', async () => {
    const proof = await exportHere()
    const text = await readFile(join(proof.folder, 'proof.json'), 'utf8')
    const written = JSON.parse(text) as { agree: number; answers: unknown[]; sha256OfFiles: Record<string, string> }
    expect(written.agree).toBe(proof.images)
    expect(written.answers).toHaveLength(proof.images)
    expect(Object.keys(written.sha256OfFiles)).toEqual(proof.files.filter((file) => file !== 'proof.json'))
    for (const [file, hash] of Object.entries(written.sha256OfFiles)) expect(await hashOfPlainFile(join(proof.folder, file))).toBe(hash)
    for (const file of ['proof.json', 'README.md', 'labels.json']) {
      expect(readFileSync(join(proof.folder, file), 'utf8')).not.toContain(studio.folder)
    }
  })

  test('keeps every shard of the weights at 4 MiB or below and the very file that crops and resizes', async () => {
    const { folder } = await exportHere()
    for (const name of await readdir(join(folder, 'model'))) {
      expect((await readFile(join(folder, 'model', name))).length).toBeLessThanOrEqual(4 * 1024 * 1024)
    }
    const kit = join(checkoutResources, 'export-kits/network-input.js')
    expect(await readFile(join(folder, 'network-input.js'))).toEqual(await readFile(kit))
  })

  test('tells the world the size of working copies that pictures are imported with', async () => {
    const { folder } = await exportHere()
    const preprocessing = JSON.parse(await readFile(join(folder, 'preprocessing.json'), 'utf8')) as { workingCopy: object }
    expect(preprocessing.workingCopy).toMatchObject({ shortSidePx: workingCopyPx, enlarge: false })
  })

  test('says which pictures it cannot read and answers for the others', async () => {
    const { folder } = await exportHere()
    const text = join(studio.folder, 'text.jpg')
    await writeFile(text, 'no picture')
    const worker = studio.context.workers.freshTraining()
    try {
      const answers = await worker.request('runExport', { folder, files: [text, photos[0]!, join(studio.folder, 'gone.jpg')] })
      expect(answers.map(({ state }) => state)).toEqual(['unreadable', 'answered', 'unreadable'])
      const [, answer] = answers
      const sum = answer?.state === 'answered' ? answer.probabilities.reduce((total, value) => total + value, 0) : NaN
      expect(sum).toBeCloseTo(1, 5)
    } finally {
      await worker.close()
    }
  })

  test('carries the temperature of its run and says none of these where the run does', async () => {
    const { db } = studio.context.project()
    // More than its few validation photos could ask for.
    db.prepare('UPDATE run SET temperature = 3 WHERE id = ?').run(run)
    const sureness = readPredictions(db, run, 'test').map(({ probabilities }) => Math.max(...probabilities))
    const percent = Math.ceil(100 * sureness.toSorted()[Math.floor(sureness.length / 2)]!)
    await studio.client.runs.setThreshold({ run, percent })
    const proof = await exportHere()
    expect(proof).toMatchObject({ agree: sureness.length, refused: sureness.filter((each) => each < percent / 100).length })
    expect(proof.refused).toBeGreaterThan(0)
    expect(proof.maxDifference).toBeLessThan(1e-4)
    const labels = JSON.parse(await readFile(join(proof.folder, 'labels.json'), 'utf8')) as unknown
    expect(labels).toMatchObject({ answerFrom: percent / 100 })
    expect(await readFile(join(proof.folder, 'README.md'), 'utf8')).toContain(`none of these where it is less than ${percent} % sure`)
    db.prepare('UPDATE run SET temperature = 1, answer_from_percent = 0 WHERE id = ?').run(run)
  })

  test('is not written over an earlier one', async () => {
    await exportHere()
    await expect(studio.client.exporting.start({ run, format: 'tfjs', out })).rejects.toMatchObject({ code: 'OUT_EXISTS' })
  })

  test.runIf(existsSync('/proc/self'))('to a place where nothing can be made fails at once and says so', async () => {
    for (const place of ['/proc', '/proc/web', '/proc/deep/web']) {
      const { jobId } = await studio.client.exporting.start({ run, format: 'tfjs', out: place })
      const events = await studio.watch(jobId)
      expect(events.at(-1)).toMatchObject({
        job: { state: { state: 'failed', error: { code: 'NOT_WRITABLE', details: { path: place, reason: 'nothing can be made there' } } } },
      })
    }
  })

  test('whose weights were changed on disk is refused, and nothing is left of it', async () => {
    const before = await studio.client.exporting.list()
    const { jobId } = await studio.client.exporting.start({ run, format: 'tfjs', out })
    let tampered = false
    const events = await studio.watch(jobId, (event) => {
      if (tampered || !isVerifying(event)) return
      const [workplace = ''] = readdirSync(out)
      const [name = ''] = readdirSync(join(out, workplace))
      const shard = join(out, workplace, name, 'model/group1-shard1of1.bin')
      const weights = readFileSync(shard)
      // The head's weights are the last of the file.
      writeFileSync(shard, weights.fill(0, weights.length - 4000))
      tampered = true
    })
    expect(tampered).toBe(true)
    expect(events.at(-1)).toMatchObject({
      job: { state: { state: 'failed', error: { code: 'EXPORT_DISAGREES', details: { format: 'tfjs' } } } },
    })
    expect(existsSync(join(out, '..'))).toBe(false)
    expect(await studio.client.exporting.list()).toEqual(before)
  })

  test('that is cancelled while it is proved leaves nothing', async () => {
    await mkdir(out, { recursive: true })
    const { jobId } = await studio.client.exporting.start({ run, format: 'tfjs', out })
    const events = await studio.watch(jobId, (event) => {
      if (isVerifying(event)) void studio.client.jobs.cancel({ jobId })
    })
    expect(events.at(-1)).toMatchObject({ job: { state: { state: 'cancelled', result: null } } })
    expect(await readdir(out)).toEqual([])
  })

  test('of a run without a result is refused', async () => {
    await expect(studio.client.exporting.start({ run: 'nosuchrun', format: 'tfjs', out })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  test('uses the working copy of a photo whose original is gone or was changed, and says so', async () => {
    const moved = join(studio.folder, 'moved.jpg')
    const tested = await testPhotos()
    await rename(tested[0]!, moved)
    await appendFile(tested[1]!, 'edited since')
    const proof = await exportHere()
    expect(proof).toMatchObject({ fromWorkingCopy: 2, agree: proof.images })
    await rename(moved, tested[0]!)
    await rm(tested[1]!)
  })
})

/** Files of the test part, by the hashes in the proof of an export. */
async function testPhotos(): Promise<string[]> {
  const [proof] = await studio.client.exporting.list()
  const text = await readFile(join(proof!.folder, 'proof.json'), 'utf8')
  const hashes = new Set((JSON.parse(text) as { answers: { image: string }[] }).answers.map(({ image }) => image))
  const found = await Promise.all(
    photos.map(async (path) => ((await hashOfPlainFile(path).then((hash) => hashes.has(hash ?? ''))) ? [path] : [])),
  )
  return found.flat()
}
