import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StudioError } from '../../contract/errors.ts'
import type { RunSummary } from '../../contract/runs.ts'
import { drawFolder, type Shape } from '../testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { readPredictions } from '../training/run-rows.ts'

let studio: TestStudio
let first: RunSummary
let id: string

async function newProject(name: string, classes: readonly Shape[]): Promise<string> {
  const photos = join(studio.folder, `photos of ${name}`)
  await drawFolder(photos, { perClass: 10, classes: classes })
  const { path } = await studio.client.project.create({ name, folder: join(studio.folder, 'projects') })
  const { jobId } = await studio.client.images.import({ paths: [photos], labelFromFolders: true })
  await studio.result(jobId, 'import')
  return path
}
async function train(recipe: object, client = studio): Promise<RunSummary> {
  const { jobId } = await client.client.runs.start({ recipe: { epochs: 1, ...recipe }, engine: 'wasm' })
  return (await client.result(jobId, 'train')).run
}
/** What a run says of its test photos now, beside what it said at the end of its training. */
async function expectSameAnswers(run: RunSummary, where = studio): Promise<void> {
  const stored = readPredictions(where.context.project().db, run.id, 'test')
  const answers = await where.client.runs.predict({ run: run.id, files: stored.map(({ sourcePath }) => sourcePath) })
  expect(answers.length).toBeGreaterThan(0)
  for (const [index, { probabilities }] of stored.entries())
    for (const [place, probability] of probabilities.entries())
      expect(Math.abs((answers[index]?.probabilities[place]?.probability ?? NaN) - probability)).toBeLessThan(1e-4)
}
const own = async (where = studio) => (await where.client.backbones.list()).filter(({ place }) => place !== 'catalogue')
const kept = (where = studio) => readdirSync(where.context.project().files.networks).filter((name) => name.includes('own-'))
const failsWith = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) as unknown }) as Error

beforeAll(async () => {
  studio = await testStudio()
  await newProject('shapes', ['circle', 'square'])
  first = await train({ mode: 'scratch' })
  ;({ id } = await studio.client.backbones.addRun({ run: first.id, name: 'Shape body' }))
}, 180_000)
afterAll(() => studio.close())

test('the network of a run is a starting network like the others, and says what it was made from', async () => {
  const [network, ...more] = await own()
  expect(more).toEqual([])
  expect(network).toMatchObject({
    id,
    plainName: 'Shape body',
    state: 'ready',
    place: 'studio',
    inputSizePx: 64,
    featureDim: 128,
    // 3*3*3*32 + 32, 3*3*32*64 + 64, 3*3*64*128 + 128
    parameters: 896 + 18_496 + 73_856,
    sizeBytes: 4 * (896 + 18_496 + 73_856),
    origin: [{ kind: 'run', project: 'shapes', run: 1, classes: ['circle', 'square'] }, { kind: 'nothing' }],
  })
  expect(id).toBe(`own-${first.network?.hash.slice(0, 12)}`)
  await studio.client.backbones.addRun({ run: first.id, name: 'Body of shapes' })
  expect((await own()).map(({ plainName }) => plainName)).toEqual(['Body of shapes'])
})

test('a run that trained a head alone has no network of its own to give', async () => {
  const run = await train({ backbone: id })
  await expect(studio.client.backbones.addRun({ run: run.id, name: 'x' })).rejects.toEqual(
    failsWith('RUN_WITHOUT_NETWORK', { run: run.number, backbone: 'Body of shapes' }),
  )
})

test('a project keeps the network that its runs start from: gone from the computer, on another one, its runs answer, train again and export', async () => {
  const path = await newProject('tiles', ['stripes', 'cross'])
  const head = await train({ backbone: id })
  const deeper = await train({ backbone: id, mode: 'fine-tune', blocks: 100 })
  expect(head.backboneHash).toBe(first.network?.hash)
  expect(kept()).toEqual([id])
  const second = await studio.client.backbones.addRun({ run: deeper.id, name: 'Tile body' })
  expect((await own()).find((each) => each.id === second.id)?.origin).toEqual([
    { kind: 'run', project: 'tiles', run: deeper.number, classes: ['cross', 'stripes'] },
    { kind: 'run', project: 'shapes', run: 1, classes: ['circle', 'square'] },
    { kind: 'nothing' },
  ])

  expect(await studio.client.backbones.remove({ id })).toEqual({ staysInProject: true })
  expect((await own()).map((each) => [each.id, each.place])).toEqual(
    expect.arrayContaining([
      [id, 'project'],
      [second.id, 'studio'],
    ]),
  )
  await expectSameAnswers(head)
  await studio.client.project.close()
  expect((await own()).map((each) => each.id)).toEqual([second.id])

  const elsewhere = await testStudio()
  try {
    const moved = join(elsewhere.folder, 'tiles.graft')
    await cp(path, moved, { recursive: true })
    await elsewhere.client.project.open({ path: moved })
    expect((await own(elsewhere)).map((each) => [each.id, each.plainName, each.place])).toEqual([[id, 'Body of shapes', 'project']])
    for (const run of [head, deeper]) await expectSameAnswers(run, elsewhere)
    const again = await train({ backbone: id, seed: 2 }, elsewhere)
    expect(again).toMatchObject({ state: 'finished', backboneHash: head.backboneHash })
    const { jobId } = await elsewhere.client.exporting.start({ run: head.id, format: 'tfjs', out: join(elsewhere.folder, 'out') })
    const { proof } = await elsewhere.result(jobId, 'export')
    expect(proof.agree).toBe(proof.images)
    const readme = await readFile(join(proof.folder, 'README.md'), 'utf8')
    expect(readme).toContain(`Body of shapes (${id}, made from run 1 of shapes, made from a small network from nothing)`)

    await expect(elsewhere.client.backbones.remove({ id })).rejects.toEqual(
      failsWith('NETWORK_IN_USE', { name: 'Body of shapes', runs: [head.number, deeper.number, again.number] }),
    )
    for (const run of [head, again]) await elsewhere.client.runs.delete({ run: run.id })
    expect(kept(elsewhere)).toEqual([id])
    await elsewhere.client.runs.delete({ run: deeper.id })
    await expect.poll(() => kept(elsewhere)).toEqual([])
  } finally {
    await elsewhere.close()
  }
}, 180_000)

test('without its network a run says so, and a damaged copy in a project is made anew from the one of the computer', async () => {
  const { path } = await studio.client.project.open({ path: join(studio.folder, 'projects/tiles.graft') })
  const [head] = (await studio.client.runs.list()).filter(({ recipe }) => recipe.mode === 'head')
  const copy = join(path, 'networks', id)
  await rename(copy, `${copy}-away`)
  const predict = () => studio.client.runs.predict({ run: head?.id ?? '', files: [join(studio.folder, 'x.png')] })
  await expect(predict()).rejects.toEqual(failsWith('BACKBONE_MISSING', { backbone: id }))
  await rename(`${copy}-away`, copy)

  await studio.client.project.open({ path: join(studio.folder, 'projects/shapes.graft') })
  await studio.client.backbones.addRun({ run: first.id, name: 'Body of shapes' })
  await truncate(join(copy, 'tensors.bin'), 100)
  await studio.client.project.open({ path })
  expect((await studio.client.runs.plan({ recipe: { backbone: id } })).problem).toBeNull()
  const run = await train({ backbone: id, seed: 3 })
  expect(run.state).toBe('finished')
  expect((await readFile(join(copy, 'tensors.bin'))).length).toBe(373_248 - 256)
}, 60_000)

test('what tells of a network is not believed: of a project from elsewhere it may say anything', async () => {
  const { path } = await studio.client.project.open({ path: join(studio.folder, 'projects/tiles.graft') })
  await studio.client.backbones.remove({ id })
  const copy = join(path, 'networks', id)
  const good = await readFile(join(copy, 'own.json'), 'utf8')
  const text = JSON.parse(good) as { facts: object; hash: string; name: string }
  const list = async (written: string | Buffer): Promise<readonly string[]> => {
    await writeFile(join(copy, 'own.json'), written)
    return (await own()).filter((each) => each.id === id).map(({ state }) => state)
  }
  expect(await list(good)).toEqual(['ready'])
  const lies = [
    '{',
    'null',
    JSON.stringify({ ...text, hash: 'f'.repeat(64) }),
    JSON.stringify({ ...text, name: '' }),
    JSON.stringify({ ...text, origin: [{ kind: 'elsewhere' }] }),
    JSON.stringify({ ...text, facts: { ...text.facts, inputSizePx: 1e9 } }),
    JSON.stringify({ ...text, more: 1 }),
    good + ' '.repeat(70_000),
    Buffer.from([0xff, 0xfe, 0]),
  ]
  for (const lie of lies) expect(await list(lie)).toEqual([])
  await rm(join(copy, 'own.json'))
  await symlink('/dev/zero', join(copy, 'own.json'))
  expect((await own()).some((each) => each.id === id)).toBe(false)
  await rm(join(copy, 'own.json'))
  await mkdir(join(copy, 'own.json'))
  expect((await own()).some((each) => each.id === id)).toBe(false)
  await rm(join(copy, 'own.json'), { recursive: true })

  // Facts that only the network itself can refute.
  const plan = async (facts: object, recipe: object) => {
    await list(JSON.stringify({ ...text, facts: { ...text.facts, ...facts } }))
    return (await studio.client.runs.plan({ recipe: { backbone: id, ...recipe } })).problem?.code
  }
  expect(await plan({ cuts: ['stem', 'block0', 'block1'] }, { mode: 'fine-tune', blocks: 1 })).toBe('BACKBONE_MISSING')
  expect(await plan({ featureDim: 7 }, {})).toBe('BACKBONE_MISSING')
  expect(await plan({ inputSizePx: 96 }, {})).toBe('BACKBONE_MISSING')
  expect(await plan({}, {})).toBeUndefined()
  // A hash that fits, of a file that is no network.
  const network = await readFile(join(copy, 'network.json'), 'utf8')
  for (const nothing of ['{}', 'x', '[]', network.replace('"tensors"', '"tensor"')]) {
    const hash = createHash('sha256').update(nothing).digest('hex')
    const other = join(path, 'networks', `own-${hash.slice(0, 12)}`)
    await mkdir(other)
    await writeFile(join(other, 'network.json'), nothing)
    await writeFile(join(other, 'tensors.bin'), '')
    await writeFile(join(other, 'own.json'), JSON.stringify({ ...text, hash }))
    expect((await own()).map(({ state }) => state).sort()).toEqual(['missing', 'ready', 'ready'])
    await rm(other, { recursive: true })
  }
  await list(good)
  await writeFile(join(copy, 'network.json'), network.replace('conv0', 'convX'))
  expect(await list(good)).toEqual(['missing'])
  await writeFile(join(copy, 'network.json'), network)
}, 60_000)

test('an unknown id, and one of the catalogue, cannot be removed', async () => {
  await expect(studio.client.backbones.remove({ id: 'own-0123456789ab' })).rejects.toEqual(failsWith('BACKBONE_MISSING'))
  await expect(studio.client.backbones.remove({ id: 'mobilenet-v2-035' })).rejects.toBeInstanceOf(StudioError)
  expect(existsSync(join(studio.context.resourcesDir, 'backbones/catalog.json'))).toBe(true)
})
