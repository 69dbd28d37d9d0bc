import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noAugmentation } from '../../contract/augmentation.ts'
import { StudioError } from '../../contract/errors.ts'
import { drawFolder } from '../../core/testing/draw-pictures.ts'
import { zipForTests } from '../../core/zip/zip-for-tests.ts'
import { projectPath } from '../caller-paths.ts'
import { failureLines } from './failure-groups.ts'
import { classNamed } from './find-class.ts'
import { progressText } from './progress-line.ts'
import { readCell } from './read-cell.ts'
import { tableText } from './table.ts'
import { recipeNameOf } from '../../contract/named-recipes.ts'
import { recipeOf, requireFlagsOfMode } from './verbs/train.ts'

const program = join(import.meta.dirname, '../../cli.ts')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, GRAFT_DATA_DIR: join(folder, 'data'), GRAFT_PROJECTS_DIR: folder, INIT_CWD: '/nowhere' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

describe('the command line', () => {
  it('answers --help and --version without loading the core', () => {
    const traced = spawnSync(process.execPath, ['--input-type=module', '--eval', loadedModules], { encoding: 'utf8' })
    expect(traced.stderr).toBe('')
    expect(traced.stdout.split('\n').filter((url) => /better-sqlite3|\/core\/(?!studio-version)|\/zod\/|sharp|fastify/.test(url))).toEqual(
      [],
    )
    expect(graft('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('suggests the verb that was meant, and ends with 2', () => {
    const { code, stdout, stderr } = graft('trian', 'x.graft')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Did you mean train?')
  })

  it('tells with --json, as one object, what was not understood', () => {
    const { code, stdout } = graft('train', 'x.graft', '--epochs', '0', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([
      2,
      { event: 'failed', code: 'INVALID_INPUT', details: { reason: '--epochs must be a whole number from 1 to 1,000' } },
    ])
    expect(JSON.parse(graft('frobnicate', '--json').stdout)).toMatchObject({ event: 'failed', code: 'INVALID_INPUT' })
  })

  it('tells what failed and the way out on standard error, and ends with 1', () => {
    const { code, stdout, stderr } = graft('runs', 'nothere.graft')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('nothere.graft')
    expect(stderr).toContain('graft import PROJECT.graft FOLDER')
  })

  it('is found from where the caller stands, not from where npm was', () => {
    expect(graft('project', 'info', 'here.graft', '--json').stdout).toContain(join(folder, 'here.graft'))
  })

  it('lets a reader leave early', () => {
    const command = `"${process.execPath}" "${program}" --help | head -1`
    const { status, stderr, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining('Usage: graft')])
  })
})

describe('graft import', () => {
  it('takes a zip and a file of labels as it takes folders, says what they are, and refuses a zip that is not to be trusted', async () => {
    const photos = join(folder, 'for a zip')
    const [circle, square] = await drawFolder(photos, { perClass: 1, firstSeed: 700 })
    const entries = [circle, square].map((path, index) => ({ name: `pets/${index}.jpg`, content: readFileSync(path ?? '') }))
    writeFileSync(
      join(folder, 'pets.zip'),
      zipForTests([...entries, { name: 'pets/labels.csv', content: 'file,class\n0.jpg,round\n1.jpg,\n' }]),
    )
    writeFileSync(join(folder, 'labels.csv'), 'file;class\n1.jpg;square\n')
    writeFileSync(join(folder, 'evil.zip'), zipForTests([{ name: '../up.jpg', content: 'x' }]))
    const { code, stdout } = graft('import', 'zipped.graft', 'pets.zip', '--backbone', 'none', '--json')
    const last = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '')
    const sources = [{ kind: 'zip' }, { kind: 'csv', photos: 2, classes: 1 }]
    expect([code, last(stdout)]).toMatchObject([0, { event: 'imported', images: 2, labelled: 1, sources }])
    const told = graft('import', 'zipped.graft', 'labels.csv', '--backbone', 'none')
    expect(told.stdout).toContain('labels.csv is a table with 1 photo in 1 class.\nTook 0 photos')
    expect(told.stdout).toContain('; 1 photo got its class out of labels.csv.')
    expect(graft('images', 'imports', 'zipped.graft').stdout).toContain('pets.zip is a zip with 3 files.')
    const seen = graft('augment-preview', 'zipped.graft', '--augment', 'flip=on,erase=1', '--photos', '1', '--out', 'seen', '--json')
    const look = last(seen.stdout) as { file: string }
    expect([seen.code, look]).toMatchObject([0, { event: 'look', draw: 1 }])
    // A PNG, as wide as the default network looks at.
    expect([readFileSync(look.file).toString('latin1', 1, 4), readFileSync(look.file).readUInt32BE(16)]).toEqual(['PNG', 224])
    const twice = graft('augment-preview', 'zipped.graft', '--photos', '1', '--out', 'seen')
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('is there already')])
    const refused = graft('import', 'zipped.graft', 'evil.zip', '--json')
    const message: unknown = expect.stringContaining('../up.jpg would be written outside')
    expect([refused.code, last(refused.stdout)]).toMatchObject([
      1,
      { event: 'failed', code: 'ARCHIVE_REFUSED', message, details: { reason: 'path' } },
    ])
  })
})

describe('graft import into a new project', () => {
  it('makes none for a folder or a file that is not there', () => {
    for (const path of ['nosuchfolder', 'lost.zip']) {
      const { code, stderr } = graft('import', 'fresh.graft', path)
      expect(code).toBe(1)
      expect(stderr).toContain(join(folder, path))
    }
    expect(existsSync(join(folder, 'fresh.graft'))).toBe(false)
  })

  it('says how folders become classes where they were not asked to', async () => {
    await drawFolder(join(folder, 'two kinds'), { perClass: 1, firstSeed: 900 })
    const { stderr } = graft('import', 'loose.graft', 'two kinds', '--backbone', 'none')
    expect(stderr).toContain('Next: graft import loose.graft "two kinds" --label-from-folders   (2 folders may be classes;')
    writeFileSync(
      join(folder, 'two kinds', 'labels.csv'),
      'file,class\ncircle/circle-0900.jpg,red\ncircle/circle-0900.jpg,round\nno.jpg,red\n',
    )
    const { stdout } = graft('import', 'loose.graft', 'two kinds', '--backbone', 'none')
    expect(stdout).toContain('--several largest gives the one that the file names first:')
    expect(stdout).toContain('1 named photo not found:')
  })
})

/** Prints the address of every module that `--help` loads. */
const loadedModules = `
  import { registerHooks } from 'node:module'
  registerHooks({ load: (url, context, next) => { console.log(url); return next(url, context) } })
  const { runProgram } = await import(${JSON.stringify(join(import.meta.dirname, 'program.ts'))})
  await runProgram(['train', '--help'])
`

describe('a project argument', () => {
  it('may leave .graft away, and is not mistaken for a folder of photos', () => {
    mkdirSync(join(folder, 'pets'))
    mkdirSync(join(folder, 'pets.graft'))
    expect(projectPath(join(folder, 'pets'))).toBe(join(folder, 'pets.graft'))
    expect(projectPath(join(folder, 'pets.graft'))).toBe(join(folder, 'pets.graft'))
    expect(projectPath(join(folder, 'new'))).toBe(join(folder, 'new.graft'))
  })
})

describe('a project with photos', () => {
  beforeAll(async () => {
    const photos = join(folder, 'shapes')
    await drawFolder(photos, { perClass: 1 })
    cpSync(join(photos, 'circle/circle-0001.jpg'), join(photos, 'square/round.jpg'))
    expect(graft('import', 'shapes', 'shapes', '--label-from-folders', '--backbone', 'none').stdout).toMatch(
      /^Took 2 photos in .*; 2 photos got the class of their folder\.\n1 photo there already\.\n1 photo keeps its class.*\n {2}[0-9a-f]{8} {2}.*round\.jpg is labelled circle; its folder says square\n/,
    )
  })

  it('tells the photos that keep another class than their folder says, also as an object', () => {
    const [report] = graft('images', 'imports', 'shapes', '--json').stdout.split('\n')
    expect(JSON.parse(report ?? '')).toMatchObject({
      event: 'imported',
      conflicts: [{ file: join(folder, 'shapes/square/round.jpg'), class: 'circle', folderClass: 'square' }],
    })
  })

  it('labels with the class that is there, whatever the letter case, and says which one', () => {
    const { code, stdout, stderr } = graft('label', 'shapes', 'square-0001.jpg', '--class', 'CIRCLE')
    expect([code, stdout, stderr]).toEqual([0, '1 photo labelled circle.\n', 'The class is called circle.\n'])
  })

  it('counts one thing as one', () => {
    graft('classes', 'delete', 'shapes', 'square')
    expect(graft('project', 'info', 'shapes').stdout).toContain('2 photos, 2 labelled, 1 class, 0 runs, 0 exports')
  })

  it('exports for the web where no format is named', () => {
    expect(graft('export', 'shapes', 'latest', '--out', 'web', '--json')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('RUN_NOT_FOUND'),
    })
    expect(graft('export', 'shapes', 'latest', '--out', 'web', '--format', 'onnx').stderr).toContain('--format must be tfjs')
    expect(graft('export', '--help').stdout).toContain('(default: tfjs)')
  })
})

describe('a cell of the confusion matrix', () => {
  const names = ['robin', 'ratio 1:2', '1', '2:1', 'Wren']
  const read = (text: string): unknown =>
    readCell(
      text,
      (name) =>
        classNamed(
          names.map((each) => ({ name: each })),
          name,
        )?.name ?? null,
    )

  it('is read where class names hold colons themselves, and letter case does not matter', () => {
    expect(read('robin:wren')).toEqual({ label: 'robin', predicted: 'Wren' })
    expect(read('ratio 1:2:robin')).toEqual({ label: 'ratio 1:2', predicted: 'robin' })
    expect(read('robin:ratio 1:2')).toEqual({ label: 'robin', predicted: 'ratio 1:2' })
    expect(read('2:1:2:1')).toEqual({ label: '2:1', predicted: '2:1' })
  })

  it('that cannot be meant is told', () => {
    expect(() => read('robin')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => read('robin:a:b')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(() => read('robin:eagle')).toThrow(expect.objectContaining({ code: 'CLASS_NOT_FOUND', details: { class: 'eagle' } }))
    expect(() => readCell('1:1:1', (name) => name)).toThrow(/in 2 ways/)
  })
})

describe('photos that could not be answered', () => {
  const unreadable = (file: string): StudioError => new StudioError('PICTURE_UNREADABLE', { file, reason: 'is empty' })

  it('are named together, with the way out once', () => {
    const many = Array.from({ length: 25 }, (_, index) => unreadable(`${index}.jpg`))
    const lines = failureLines([...many, new StudioError('FILE_NOT_FOUND', { path: 'gone.jpg' })])
    expect(lines[0]).toBe('25 files without an answer:')
    expect(lines.filter((line) => line.startsWith('  ') && line.includes('.jpg cannot be read as a photo'))).toHaveLength(20)
    expect(lines[21]).toBe('  and 5 more files (--json names all)')
    expect(lines.filter((line) => line.startsWith('Choose another photo.'))).toHaveLength(1)
    expect(lines.slice(23)).toEqual(['There is no file gone.jpg.', expect.stringMatching(/^It may have been moved/)])
  })
})

describe('the flags of train', () => {
  it.each([
    [{ blocks: '3' }, /^--blocks goes with --mode fine-tune alone$/],
    [{ mode: 'fine-tune', precision: 'int8' }, /^--precision goes with --mode head alone$/],
    [{ mode: 'scratch', deeperBlocks: '3' }, /^--deeper-blocks goes with --mode fine-tune alone$/],
    [{ recipe: 'thorough', scratchPx: '96' }, /^--scratch-px goes with --mode scratch alone$/],
  ])('of another way to train are refused, not passed over: %o', (options, reason) => {
    expect(() => requireFlagsOfMode(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { reason: expect.stringMatching(reason) } }),
    )
    expect(() => requireFlagsOfMode({ mode: 'fine-tune', blocks: '3' })).not.toThrow()
    expect(() => requireFlagsOfMode({ recipe: 'thorough', blocks: '3' })).not.toThrow()
  })

  it('name a recipe, and change single settings of it', () => {
    expect(recipeOf({ recipe: 'quick' })).toEqual(recipeOf({}))
    expect(recipeNameOf(recipeOf({ recipe: 'thorough', backbone: 'my-net', seed: '4' }))).toBe('thorough')
    expect(recipeOf({ recipe: 'scratch', epochs: '3' })).toEqual({ ...recipeOf({ recipe: 'scratch' }), epochs: 3 })
  })

  it('give every setting of the recipe, the rest takes its default', () => {
    expect(recipeOf({})).toMatchObject({
      mode: 'head',
      epochs: 30,
      seed: 1,
      shares: { train: 0.7, validation: 0.15, test: 0.15 },
    })
    const all = {
      backbone: 'my-net',
      mode: 'head',
      epochs: '3',
      batchSize: '4',
      learningRate: '0.5',
      schedule: 'one-cycle',
      optimiser: 'sgd',
      weightDecay: '0.02',
      labelSmoothing: '0.1',
      classWeights: 'sampled',
      dropout: '0.5',
      augment: 'flip=on,mixup=0.2',
      patience: '0',
      seed: '9',
      splitSeed: '2',
      blocks: '2',
      headEpochs: '3',
      bodyRate: '0.5',
      blockRates: 'graded',
      scratchPx: '96',
      precision: 'int8',
      deeperBlocks: '5',
      deeperEpochs: '7',
      deeperRate: '0.25',
      batchNorm: 'trained',
    }
    expect(recipeOf({ ...all, split: '60/20/20' })).toEqual({
      ...{
        backbone: 'my-net',
        mode: 'head',
        epochs: 3,
        batchSize: 4,
        learningRate: 0.5,
        schedule: 'one-cycle',
        optimiser: 'sgd',
        weightDecay: 0.02,
        labelSmoothing: 0.1,
        classWeights: 'sampled',
        dropout: 0.5,
        augmentation: { ...noAugmentation, flip: true, mixup: 0.2 },
        patience: 0,
        seed: 9,
        splitSeed: 2,
        blocks: 2,
        headEpochs: 3,
        bodyRate: 0.5,
        blockRates: 'graded',
        scratchPx: 96,
        precision: 'int8',
        deeperBlocks: 5,
        deeperEpochs: 7,
        deeperRate: 0.25,
        batchNorm: 'trained',
      },
      shares: { train: 0.6, validation: 0.2, test: 0.2 },
    })
  })

  it.each([
    [{ epochs: 'many' }, /^--epochs must be a whole number from 1 to 1,000$/],
    [{ epochs: '2.5' }, /^--epochs must be a whole number from 1 to 1,000$/],
    [{ epochs: '1001' }, /^--epochs must be a whole number from 1 to 1,000$/],
    [{ seed: '-1' }, /^--seed/],
    [{ batchSize: '' }, /^--batch-size must be a whole/],
    [{ recipe: 'best' }, /^--recipe must be quick, thorough, scratch, not best$/],
    [{ blockRates: 'steep' }, /^--block-rates must be even or graded$/],
    [{ mode: 'body' }, /^--mode must be head, fine-tune or scratch$/],
    [{ optimiser: 'rmsprop' }, /^--optimiser must be adam, adamw or sgd$/],
    [{ augment: 'rotate=181' }, /^rotate of --augment must be a number from 0 to 180$/],
    [{ weightDecay: '0.1' }, /^--weight-decay must be 0 with the optimiser adam: adamw and sgd let weights decay$/],
    [{ classWeights: 'sqrt' }, /^--class-weights must be none, balanced or sampled$/],
    [{ dropout: '1' }, /^--dropout must be a number from 0 to 0.9$/],
    [{ labelSmoothing: '0.6' }, /^--label-smoothing must be a number from 0 to 0.5$/],
    [{ optimiser: 'adamw', weightDecay: '-1' }, /^--weight-decay must be a number from 0 to 1$/],
    [{ learningRate: 'Infinity' }, /^--learning-rate must be a number from 0.000001 to 10$/],
    [{ schedule: 'linear' }, /^--schedule must be constant, cosine or one-cycle$/],
    [{ deeperBlocks: '4' }, /^--deeper-blocks must be 0, or more than the number of blocks that learn first$/],
    [{ deeperRate: '2' }, /^--deeper-rate must be a number from 0.0001 to 1$/],
    [{ batchNorm: 'on' }, /^--batch-norm must be frozen or trained$/],
    [{ split: '70/30' }, /^--split/],
    [{ split: '98/1/1' }, /^the train part of --split must be from 10 to 90 %$/],
    [{ split: 'a/b/c' }, /^--split/],
    [{ split: '70/70/70' }, /add up to 100/],
  ])('that cannot be meant are named: %j', (options, reason) => {
    expect(() => recipeOf(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { reason: expect.stringMatching(reason) } }),
    )
  })
})

describe('a project argument', () => {
  it('that is a photo is refused before a project is made beside it', () => {
    writeFileSync(join(folder, 'photo.jpg'), 'not looked at')
    const { code, stderr } = graft('import', join(folder, 'photo.jpg'), folder)
    expect(code).toBe(2)
    expect(stderr).toContain('the first argument is the project')
    expect(existsSync(join(folder, 'photo.jpg.graft'))).toBe(false)
  })
})

describe('what people see', () => {
  it('a progress line has its bar, its rate and its time left', () => {
    const line = progressText({ step: 'importing', done: 150, total: 300, perSecond: 80, secondsLeft: 1.9 })
    expect(line).toBe('Importing photos     ████████████░░░░░░░░░░░░  150/300  80 a second  2 s left')
    expect(progressText({ step: 'downloading', done: 0, total: null, perSecond: null, secondsLeft: null }).trim()).toBe('Downloading')
    // Every job begins so, also where nothing else is under way.
    expect(progressText({ step: 'waiting', done: 0, total: null, perSecond: null, secondsLeft: null }).trim()).toBe('Starting')
    expect(progressText({ step: 'downloading', done: 5e6, total: 1e7, perSecond: 1e6, secondsLeft: 5 })).toContain(
      '5.0 MB/10 MB  1.0 MB a second',
    )
  })

  it('a table lines its columns up, numbers to the right', () => {
    expect(
      tableText(
        ['class', 'photos'],
        [
          ['Käfer', '3'],
          ['x', '1200'],
        ],
        ['left', 'right'],
      ),
    ).toBe('class  photos\nKäfer       3\nx        1200')
  })
})
