import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { graftEvents, runGraft, startGraft, type Event } from './graft-command.ts'
import { hostileFiles, writeHostileFiles } from '../src/main/core/testing/draw-pictures.ts'
import { makeProject } from './made-project.ts'
import { makePhotoFolder } from './photo-folder.ts'
import { descendants, isAlive } from './processes.ts'
import { test } from './temporary-folder.ts'

const fast = ['--backbone', 'mobilenet-v2-035']
const interval = { accuracy: expect.any(Number), low: expect.any(Number), high: expect.any(Number), n: expect.any(Number) }

const last = (events: readonly Event[]): Event => {
  const event = events.at(-1)
  if (event === undefined) throw new Error('nothing was printed')
  return event
}
const byName = (event: string) => (each: Event) => each['event'] === event

test.describe('from photos to a proved model on the command line', () => {
  test('import, train, compare, evaluate, predict and export, in the words of NDJSON', async ({ folder }) => {
    const at = { cwd: folder }
    const [first, second] = await makePhotoFolder(join(folder, 'photos'), 24)
    const imported = await graftEvents(['import', 'pets.graft', 'photos', '--label-from-folders'], at)
    expect(last(imported)).toMatchObject({
      event: 'imported',
      images: 48,
      labelled: 48,
      duplicates: 0,
      skipped: [],
      seconds: expect.any(Number),
    })
    expect(imported.slice(0, -1).every(byName('progress'))).toBe(true)

    const trained = await graftEvents(['train', 'pets.graft', '--epochs', '6', '--seed', '1', '--patience', '0', ...fast], at)
    const epochs = trained.filter(byName('epoch'))
    expect(epochs.map((each) => each['epoch'])).toEqual([1, 2, 3, 4, 5, 6])
    for (const key of ['trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy'])
      expect(epochs.every((each) => typeof each[key] === 'number')).toBe(true)
    const finished = last(trained)
    expect(finished).toMatchObject({
      event: 'finished',
      run: expect.any(String),
      backbone: 'mobilenet-v2-035',
      engine: expect.any(String),
      mode: 'head',
      seed: 1,
      bestEpoch: expect.any(Number),
      validation: interval,
      test: interval,
      seconds: { features: expect.any(Number), training: expect.any(Number), total: expect.any(Number) },
    })

    await test.step('the coach says what is wrong with it, with the command that does something about it', async () => {
      // 15 % of 48 photos are seven.
      const findings = [{ kind: 'few-validation', images: 7 }]
      const coach = last(await graftEvents(['coach', 'pets.graft', 'latest'], at))
      expect(coach).toMatchObject({ event: 'coach', run: finished['run'], isEarly: false, findings })
      const { stdout } = await runGraft(['coach', 'pets.graft', '#1'], at)
      expect(stdout).toMatch(/^Only 7 photos tune it \(validation\).*\n {2}graft import pets\.graft PHOTOS --label-from-folders\n/)
    })

    await test.step('the same seed gives the same numbers', async () => {
      const again = await graftEvents(['train', 'pets.graft', '--epochs', '6', '--seed', '1', '--patience', '0', ...fast], at)
      const numbers = (events: readonly Event[]) => events.filter(byName('epoch')).map(({ durationMs: _, ...rest }) => rest)
      expect(numbers(again)).toEqual(numbers(trained))
      expect(last(again)).toMatchObject({ test: finished['test'], validation: finished['validation'], bestEpoch: finished['bestEpoch'] })
    })

    const other = last(await graftEvents(['train', 'pets.graft', '--epochs', '2', '--seed', '1', ...fast], at))
    const [a, b] = [String(finished['run']), String(other['run'])]
    const compared = last(await graftEvents(['compare', 'pets.graft', a, b], at))
    expect(compared).toMatchObject({
      differs: { epochs: [6, 2] },
      test: [interval, interval],
      mcnemar: { onlyFirst: expect.any(Number), onlySecond: expect.any(Number), p: expect.any(Number) },
      verdict: expect.stringMatching(/^(better|worse|not certain|not comparable)$/),
    })
    expect((compared['runs'] as unknown[]).length).toBe(2)

    const evaluated = last(await graftEvents(['evaluate', 'pets.graft', a], at))
    expect(evaluated).toMatchObject({ run: a, test: interval, mistakes: expect.any(Array) })
    const confusion = evaluated['confusion'] as number[][]
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe((finished['test'] as { n: number }).n)
    expect((evaluated['classes'] as { class: string }[]).map((each) => each.class)).toEqual([first, second])
    expect(evaluated).toMatchObject({
      sureness: {
        calibration: { said: expect.any(Number), right: evaluated['test'], error: expect.any(Number), bins: expect.any(Array) },
        threshold: { percent: 0, right: evaluated['test'], classes: [{ class: first }, { class: second }] },
      },
    })
    const careful = last(await graftEvents(['evaluate', 'pets.graft', a, '--at-least', '99'], at))
    expect(careful).toMatchObject({ sureness: { threshold: { percent: 99 } } })
    const wrong = await runGraft(['evaluate', 'pets.graft', a, '--at-least', '0.9', '--json'], at)
    expect([wrong.code, last(wrong.events)]).toMatchObject([2, { event: 'failed', code: 'INVALID_INPUT' }])

    const photo = join('photos', first, readdirSync(join(folder, 'photos', first))[0] ?? '')
    const predicted = last(await graftEvents(['predict', 'pets.graft', 'latest', photo], at))
    expect(predicted).toMatchObject({ file: photo, class: expect.any(String) })
    const probabilities = Object.values(predicted['probabilities'] as Record<string, number>)
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5)

    expect((await graftEvents(['runs', 'pets.graft'], at)).map((each) => each['event'])).toEqual(['finished', 'finished', 'finished'])

    const verified = last(await graftEvents(['export', 'pets.graft', a, '--format', 'tfjs', '--out', 'out'], at))
    const tested = (finished['test'] as { n: number }).n
    expect(verified).toMatchObject({ event: 'verified', format: 'tfjs', images: tested, agree: tested, maxDifference: expect.any(Number) })
    expect(verified['maxDifference']).toBeLessThan(1e-3)
    const files = verified['files'] as string[]
    expect(files.some((file) => file.endsWith('model.json')) && files.some((file) => file.endsWith('index.html'))).toBe(true)
    expect(files.every((file) => existsSync(join(folder, file)) || existsSync(file))).toBe(true)
    expect(existsSync(String(verified['zip']))).toBe(true)
  })

  test('one command goes from a folder to a trained head', async ({ folder }) => {
    await makePhotoFolder(join(folder, 'photos'), 12)
    const events = await graftEvents(['train', 'pets', '--from', 'photos', '--epochs', '3', ...fast], { cwd: folder })
    expect(events.find(byName('imported'))).toMatchObject({ images: 24, labelled: 24 })
    expect(last(events)).toMatchObject({ event: 'finished', state: 'finished', test: interval })
  })

  test('the network of a run becomes the start of another project, and is taken away again', async ({ folder }) => {
    const at = { cwd: folder }
    await makePhotoFolder(join(folder, 'photos'), 8)
    await graftEvents(['train', 'pets.graft', '--from', 'photos', '--mode', 'scratch', '--epochs', '1', '--engine', 'wasm'], at)
    const added = last(await graftEvents(['backbones', 'add', '--run', 'pets.graft', 'latest', '--name', 'Pet body'], at))
    expect(added).toMatchObject({
      event: 'added',
      name: 'Pet body',
      origin: [{ kind: 'run', project: 'pets', run: 1 }, { kind: 'nothing' }],
    })
    const id = String(added['backbone'])
    expect((await runGraft(['backbones'], at)).stdout).toContain(
      'Made from run 1 of pets, itself from a small network that had learned nothing.',
    )
    const trained = await graftEvents(['train', 'other.graft', '--from', 'photos', '--backbone', id, '--epochs', '1'], at)
    expect(last(trained)).toMatchObject({ event: 'finished', backbone: id })
    const refused = await runGraft(['backbones', 'add', '--run', 'other.graft', '1'], at)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Run 1 has trained the last step alone: its network is Pet body as it is.')
    expect((await runGraft(['backbones', 'remove', id], at)).code).toBe(0)
    const answers = await graftEvents(['evaluate', 'other.graft', '1'], at)
    expect(last(answers)['test']).toMatchObject(interval)
  })

  test('an export never overwrites what is there', async ({ folder }) => {
    const at = { cwd: folder }
    await makeProject(folder, { perClass: 20, runs: [3, 3] })
    await graftEvents(['export', 'Pets', 'latest', '--format', 'tfjs', '--out', 'out'], at)
    const refused = await runGraft(['export', 'Pets', 'latest', '--format', 'tfjs', '--out', 'out', '--json'], at)
    expect(refused.code).toBe(1)
    expect(last(refused.events)).toMatchObject({ event: 'failed', code: 'OUT_EXISTS' })
  })
})

test.describe('files that are no pictures', () => {
  test('each is named with its reason and the rest is imported', async ({ folder }) => {
    const at = { cwd: folder }
    const [first] = await makePhotoFolder(join(folder, 'photos'), 5)
    await writeHostileFiles(join(folder, 'photos', first))
    const report = last(await graftEvents(['import', 'pets', 'photos', '--label-from-folders'], at))
    expect(report).toMatchObject({ event: 'imported', images: 10, labelled: 10 })
    const skipped = report['skipped'] as { file: string; reason: string }[]
    const reasons = Object.fromEntries(skipped.map(({ file, reason }) => [file.split('/').at(-1), reason]))
    expect(reasons).toEqual(hostileFiles)
  })

  test('photos that are there already are named as duplicates, and only new ones cost', async ({ folder }) => {
    const at = { cwd: folder }
    await makePhotoFolder(join(folder, 'photos'), 5)
    await graftEvents(['import', 'pets', 'photos', '--label-from-folders'], at)
    const again = last(await graftEvents(['import', 'pets', 'photos', '--label-from-folders'], at))
    expect(again).toMatchObject({ images: 0, duplicates: 10 })
  })
})

test.describe('exit codes and words', () => {
  test('2 for what cannot be meant, 1 for what failed, with a code and words', async ({ folder }) => {
    const at = { cwd: folder }
    for (const args of [['frobnicate'], ['train'], ['train', 'pets', '--epochs', 'many'], ['train', 'pets', '--no-such-flag']]) {
      const { code, stderr } = await runGraft(args, at)
      expect([args, code]).toEqual([args, 2])
      expect(stderr).not.toBe('')
    }
    const missing = await runGraft(['runs', 'nowhere.graft', '--json'], at)
    expect(missing.code).toBe(1)
    expect(missing.events).toEqual([
      { event: 'failed', code: 'PROJECT_NOT_FOUND', message: expect.stringContaining('nowhere.graft'), details: expect.any(Object) },
    ])
  })

  test('a training that cannot start says why and what to do', async ({ folder }) => {
    const at = { cwd: folder }
    const [first] = await makePhotoFolder(join(folder, 'photos'), 5)
    mkdirSync(join(folder, 'one'))
    await graftEvents(['import', 'pets', join('photos', first), '--label-from-folders'], at)
    const refused = await runGraft(['train', 'pets', '--json', ...fast], at)
    expect(refused.code).toBe(1)
    expect(last(refused.events)).toMatchObject({ event: 'failed', code: expect.stringMatching(/^(ONE_CLASS_ONLY|NO_LABELS)$/) })
  })

  test('help teaches the way, for the whole and for a verb', async ({ folder }) => {
    const whole = await runGraft(['--help'], { cwd: folder })
    expect(whole.code).toBe(0)
    for (const verb of ['import', 'train', 'compare', 'predict', 'export', 'demo']) expect(whole.stdout).toContain(verb)
    expect((await runGraft(['train', '--help'], { cwd: folder })).stdout).toContain('--epochs')
  })
})

test.describe('a process that is killed', () => {
  test('during an import: what was taken is there, with its label, and the rest comes with the next import', async ({ folder }) => {
    const at = { cwd: folder }
    await makePhotoFolder(join(folder, 'photos'), 120)
    const total = ['cat', 'dog', 'circle', 'square']
      .map((name) => join(folder, 'photos', name))
      .filter((path) => existsSync(path))
      .reduce((sum, path) => sum + readdirSync(path).length, 0)
    const call = startGraft(['import', 'pets', 'photos', '--label-from-folders', '--backbone', 'none', '--json'], at)
    await call.next((event) => event['step'] === 'importing' && Number(event['done']) >= 8)
    call.child.kill('SIGKILL')
    await call.outcome
    const state = await openedAgain(['images', 'pets'], folder)
    const kept = state.filter((each) => typeof each['hash'] === 'string')
    expect(kept.length).toBeGreaterThanOrEqual(8)
    expect(kept.every((each) => each['class'] !== null)).toBe(true)
    const rest = last(await graftEvents(['import', 'pets', 'photos', '--label-from-folders', '--backbone', 'none'], at))
    expect(Number(rest['images']) + kept.length).toBe(total)
  })

  test('during a training: the run rests, no label is lost, training works again, and it can go on', async ({ folder }) => {
    const at = { cwd: folder }
    const {
      photos,
      classes: [first, second],
    } = await makeProject(folder, { perClass: 30 })
    const moved = readdirSync(join(photos, first))[0] ?? ''
    await graftEvents(['label', 'Pets', moved, '--class', second], at)
    const call = startGraft(['train', 'Pets', '--epochs', '1000', '--patience', '0', ...fast, '--json'], at)
    await call.next(byName('epoch'))
    call.child.kill('SIGKILL')
    await call.outcome
    const runs = await openedAgain(['runs', 'Pets'], folder)
    expect(runs).toMatchObject([{ state: 'paused', test: null }])
    const images = (await graftEvents(['images', 'Pets'], at)).filter((each) => typeof each['hash'] === 'string')
    expect(images.length).toBe(60)
    expect(images.filter((each) => each['class'] === second).length).toBe(31)
    expect(last(await graftEvents(['train', 'Pets', '--epochs', '2', ...fast], at))).toMatchObject({ event: 'finished', state: 'finished' })
  })

  test('a worker that is killed while it trains fails its run with the reason', async ({ folder }) => {
    const at = { cwd: folder }
    await makeProject(folder, { perClass: 30 })
    const call = startGraft(['train', 'Pets', '--epochs', '1000', '--patience', '0', ...fast, '--json'], at)
    await call.next(byName('epoch'))
    const worker = descendants(call.child.pid ?? 0).find(({ command }) => command.includes('training-worker'))
    expect(worker).toBeDefined()
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    const { code, events } = await call.outcome
    expect(code).toBe(1)
    expect(last(events)).toMatchObject({ event: 'failed', code: 'WORKER_DIED', details: { worker: 'training', reason: 'killed' } })
    expect(await graftEvents(['runs', 'Pets'], at)).toMatchObject([{ state: 'failed', error: { code: 'WORKER_DIED' } }])
  })
})

test.describe('the launcher', () => {
  test('an interrupt reaches the command, which keeps what is done', async ({ folder }) => {
    const at = { cwd: folder }
    await makePhotoFolder(join(folder, 'photos'), 120)
    const call = startGraft(['import', 'pets', 'photos', '--label-from-folders', '--backbone', 'none', '--json'], at)
    await call.next((event) => event['step'] === 'importing' && Number(event['done']) >= 8)
    call.child.kill('SIGINT')
    const { code, events } = await call.outcome
    expect(code).toBe(1)
    expect(last(events)).toMatchObject({ event: 'imported', cancelled: true })
    expect(last(events)['images']).toBeGreaterThanOrEqual(8)
  })

  test('nothing is left running when it is killed outright', async ({ folder }) => {
    const at = { cwd: folder }
    await makeProject(folder, { perClass: 30 })
    const call = startGraft(['train', 'Pets', '--epochs', '1000', '--patience', '0', ...fast, '--json'], at)
    await call.next(byName('epoch'))
    const started = descendants(call.child.pid ?? 0).map(({ pid }) => pid)
    expect(started.length).toBeGreaterThan(2)
    call.child.kill('SIGKILL')
    await expect.poll(() => started.filter(isAlive)).toEqual([])
  })

  test('arguments arrive as they were typed, and files are found from where the caller stands', async ({ folder }) => {
    const name = `it's "a b" $HOME; ü`
    await makePhotoFolder(join(folder, 'deep', name), 2)
    writeFileSync(join(folder, 'deep', name, 'note.txt'), 'no picture')
    const report = last(
      await graftEvents(['import', 'x.graft', name, '--label-from-folders', '--backbone', 'none'], { cwd: join(folder, 'deep') }),
    )
    expect(report).toMatchObject({ event: 'imported', images: 4 })
    expect(existsSync(join(folder, 'deep', 'x.graft'))).toBe(true)
  })
})

/** The killed process's children see within a quarter of a second that it is gone; its lock is free then. */
async function openedAgain(args: readonly string[], folder: string): Promise<readonly Event[]> {
  let events: readonly Event[] = []
  await expect(async () => {
    events = await graftEvents(args, { cwd: folder })
  }).toPass({ timeout: 20_000 })
  return events
}
