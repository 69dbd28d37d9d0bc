import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { stepDone } from '../src/renderer/text/history.ts'
import { graftEvents, runGraft, type Event } from './graft-command.ts'
import { makeProject, type MadeProject } from './made-project.ts'
import { test } from './temporary-folder.ts'

// What is done with photos and labels, beside importing and training, on the command line.

const last = (events: readonly Event[]): Event => events.at(-1) ?? {}
const photosOf = (made: MadeProject, name: string): readonly string[] => readdirSync(join(made.photos, name)).sort()

/** What fails with exit code 1, a code, and words that hold `said`. */
async function expectRefused(args: readonly string[], cwd: string, code: string, said: RegExp): Promise<void> {
  const outcome = await runGraft([...args, '--json'], { cwd })
  expect([args, outcome.code, last(outcome.events)]).toMatchObject([
    args,
    1,
    { event: 'failed', code, message: expect.stringMatching(said), details: expect.any(Object) },
  ])
}

/** What cannot be meant: exit code 2 and what to correct. */
async function expectNotUnderstood(args: readonly string[], cwd: string, said: RegExp): Promise<void> {
  const outcome = await runGraft(args, { cwd })
  expect([args, outcome.code, outcome.stdout]).toEqual([args, 2, ''])
  expect(outcome.stderr).toMatch(said)
}

test('the history lists every step, newest first, and leads back and forward to any of them', async ({ folder }) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const [first, second] = made.classes
  const [photo = ''] = photosOf(made, first)
  await graftEvents(['label', 'Pets', photo, '--class', second], at)
  const listed = await graftEvents(['history', 'Pets'], at)
  expect(listed).toMatchObject([
    { action: 'label', details: { class: second, images: 1, photo }, done: true },
    { action: 'image-add', details: { images: 40, labelled: 40 }, done: true },
  ])
  const classNow = async (): Promise<unknown> => (await graftEvents(['images', 'Pets', '--name', photo], at))[0]?.['class']
  const oldest = String(listed[1]?.['id'])
  expect(last(await graftEvents(['history', 'go', 'Pets', oldest], at))).toEqual({ event: 'moved', steps: -1 })
  expect(await classNow()).toBe(first)
  const told = await runGraft(['history', 'Pets'], at)
  expect(told.stdout).toContain(stepDone({ id: 2, action: 'label', details: { class: second, images: 1, photo }, atMs: 0 }))
  expect(told.stderr).toContain('2 steps, of which 1 undone')
  expect((await graftEvents(['history', 'Pets', '--limit', '1'], at)).map(({ done }) => done)).toEqual([false])

  expect(last(await graftEvents(['redo', 'Pets'], at))).toMatchObject({ event: 'redo', action: 'label' })
  expect(await classNow()).toBe(second)
  expect(last(await graftEvents(['history', 'go', 'Pets', '0'], at))).toEqual({ event: 'moved', steps: -2 })
  // The photos came with a step too: they are in the trash now.
  expect(await classNow()).toBe(undefined)
  expect(await graftEvents(['images', 'Pets', '--trashed'], at)).toHaveLength(40)

  await expectRefused(['history', 'go', 'Pets', '99'], folder, 'STEP_NOT_FOUND', /^Step 99 is not in the history/)
  await expectNotUnderstood(['history', 'go', 'Pets', 'first'], folder, /step must be a number/)
  await expectNotUnderstood(['history', 'Pets', '--limit', 'all'], folder, /limit must be a number/)
})

test('a backup becomes the same project elsewhere; none overwrites anything, and what is no backup makes nothing', async ({ folder }) => {
  const at = { cwd: folder }
  await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const saved = last(await graftEvents(['backup', 'Pets', '--out', 'pets.graft-backup'], at))
  expect(saved).toEqual({
    event: 'backed-up',
    path: join(folder, 'pets.graft-backup'),
    files: expect.any(Number),
    images: 40,
    bytes: readFileSync(join(folder, 'pets.graft-backup')).length,
  })
  const restored = last(await graftEvents(['restore', 'pets.graft-backup', '--out', 'elsewhere'], at))
  const other = join(folder, 'elsewhere', 'Pets.graft')
  expect(restored).toMatchObject({ event: 'restored', path: other, images: 40, files: saved['files'] })
  for (const verb of ['images', 'history', 'runs'])
    expect(await graftEvents([verb, other], at)).toEqual(await graftEvents([verb, 'Pets'], at))

  await expectRefused(['backup', 'Pets', '--out', 'pets.graft-backup'], folder, 'OUT_EXISTS', /Graft overwrites nothing/)
  await expectRefused(['restore', 'lost.graft-backup'], folder, 'FILE_NOT_FOUND', /lost\.graft-backup/)
  const bytes = readFileSync(join(folder, 'pets.graft-backup'))
  writeFileSync(join(folder, 'half.graft-backup'), bytes.subarray(0, bytes.length / 2))
  await expectRefused(['restore', 'half.graft-backup', '--out', 'half'], folder, 'BACKUP_DAMAGED', /half\.graft-backup/)
  expect(existsSync(join(folder, 'half', 'Pets.graft'))).toBe(false)
  await expectNotUnderstood(['backup', 'Pets'], folder, /--out <file>/)
})

test('photos without a class are suggested one once there are labels, and sure ones are accepted, all in one step', async ({ folder }) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 20, isLabelled: false })
  const label = (name: string, count: number): Promise<unknown> =>
    graftEvents(['label', 'Pets', ...photosOf(made, name).slice(0, count), '--class', name], at)
  const [first, second] = made.classes
  await expectRefused(['doubts', 'Pets'], folder, 'NO_LABELS', /^No photo has a class yet\. Give some photos/)
  await label(first, 5)
  expect(await graftEvents(['suggest', 'Pets'], at)).toEqual([{ event: 'suggested', photos: 0, labels: 0, missing: [] }])
  expect((await runGraft(['suggest', 'Pets'], at)).stderr).toContain('Suggestions need two classes')
  await label(second, 5)
  const suggested = await graftEvents(['suggest', 'Pets'], at)
  expect(last(suggested)).toEqual({ event: 'suggested', photos: 30, labels: 10, missing: [] })
  const confidences = suggested.slice(0, -1).map(({ confidence }) => Number(confidence))
  expect(confidences).toHaveLength(30)
  expect(confidences).toEqual(confidences.toSorted((one, other) => other - one))
  const useful = (await graftEvents(['suggest', 'Pets', '--useful'], at)).slice(0, -1)
  expect(useful.length).toBeGreaterThan(0)
  for (const each of useful) expect(each).toMatchObject({ class: expect.any(String), useful: expect.stringMatching(/\w/) })

  const accepted = await graftEvents(['suggest', 'Pets', '--accept', '0.0001'], at)
  const given = accepted.filter(({ event }) => event === 'accepted').map(({ photos }) => Number(photos))
  expect(given.reduce((sum, count) => sum + count, 0)).toBe(30)
  expect(await graftEvents(['images', 'Pets', '--unlabelled'], at)).toEqual([])
  expect(given).toHaveLength(2)
  expect(await graftEvents(['undo', 'Pets'], at)).toMatchObject([{ action: 'label-as-suggested', details: { images: 30, classes: 2 } }])
  expect(await graftEvents(['images', 'Pets', '--unlabelled'], at)).toHaveLength(30)
  await expectNotUnderstood(['suggest', 'Pets', '--accept', '2'], folder, /--accept must be a confidence above 0 and up to 1/)
})

test('labels that are likely wrong are listed, the most certain first, and again without looking', async ({ folder }) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 40 })
  const [first, second] = made.classes
  expect(last(await graftEvents(['doubts', 'Pets', '--last'], at))).toEqual({ event: 'checked', images: 0, doubts: 0, estimatedWrong: 0 })
  const [ofFirst, ofSecond] = [photosOf(made, first).slice(0, 4), photosOf(made, second).slice(0, 4)]
  await graftEvents(['label', 'Pets', ...ofFirst, '--class', second], at)
  await graftEvents(['label', 'Pets', ...ofSecond, '--class', first], at)
  const looked = await graftEvents(['doubts', 'Pets'], at)
  const found = looked.filter(({ event }) => event === undefined)
  expect(last(looked)).toMatchObject({ event: 'checked', images: 80, doubts: found.length })
  const wrong = found.filter(({ file }) => [...ofFirst, ...ofSecond].includes(String(file)))
  expect(wrong.length).toBeGreaterThanOrEqual(3)
  expect(found[0]).toMatchObject({
    image: expect.stringMatching(/^[0-9a-f]{64}$/),
    label: expect.any(String),
    suggested: expect.any(String),
  })
  const certain = found.map(({ certainty }) => Number(certainty))
  expect(certain).toEqual(certain.toSorted((one, other) => other - one))
  expect((await graftEvents(['doubts', 'Pets', '--last'], at)).filter(({ event }) => event === undefined)).toEqual(found)
  expect((await runGraft(['doubts', 'Pets', '--last'], at)).stdout).toContain(String(found[0]?.['file']))
})

test('what more photos of each class should bring is measured, listed, and listed again without measuring', async ({ folder }) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 12 })
  expect((await runGraft(['more-photos', 'Pets', '--last'], at)).stderr).toContain('Nothing was measured yet')
  const measured = (await graftEvents(['more-photos', 'Pets'], at)).filter(({ event }) => event === 'all' || event === 'class')
  expect(measured[0]).toMatchObject({ event: 'all', photos: 12 * made.classes.length })
  expect(measured.slice(1).map((each) => each['class'])).toEqual(expect.arrayContaining([...made.classes]))
  expect(await graftEvents(['more-photos', 'Pets', '--last'], at)).toEqual(measured)
  expect((await runGraft(['more-photos', 'Pets', '--last'], at)).stdout).toContain('With twice as many photos of every class')
  await graftEvents(['label', 'Pets', ...photosOf(made, made.classes[0]).slice(0, 6), '--none'], at)
  await expectRefused(['more-photos', 'Pets'], folder, 'TOO_FEW_TO_CHECK', /8 labelled photos that it takes/)
})

test('starting networks are compared on the photos, the best first, and listed again without comparing', async ({ folder }) => {
  const at = { cwd: folder }
  await makeProject(folder, { perClass: 12 })
  expect((await runGraft(['advise', 'Pets', '--last'], at)).stderr).toContain('Nothing was compared yet')
  const scores = (await graftEvents(['advise', 'Pets'], at)).filter(({ event }) => event === 'score')
  const ready = (await graftEvents(['backbones', 'list'], at)).filter(({ state }) => state === 'ready')
  expect(scores.map(({ backbone }) => backbone).sort()).toEqual(ready.map(({ id }) => id).sort())
  expect(scores[0]).toMatchObject({ p: null, probe: { accuracy: expect.any(Number) } })
  expect(await graftEvents(['advise', 'Pets', '--last'], at)).toEqual(scores)
  expect((await runGraft(['advise', 'Pets', '--last'], at)).stdout).toContain('LogME')
})

test('photos and labels go out as folders and as one zip with a table, and come back with the same labels', async ({ folder }) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const [first] = made.classes
  const folders = last(await graftEvents(['export-photos', 'Pets', '--out', 'out', '--class', first], at))
  expect(folders).toMatchObject({ event: 'saved', layout: 'folders', isZip: false, images: 20, labelled: 20, classes: 1, missing: [] })
  expect(readdirSync(join(String(folders['path']), first))).toHaveLength(20)
  const zip = last(await graftEvents(['export-photos', 'Pets', '--out', 'out', '--as', 'csv', '--zip'], at))
  expect(zip).toMatchObject({ event: 'saved', layout: 'csv', isZip: true, images: 40, classes: 2 })
  const back = last(await graftEvents(['import', 'Back', String(zip['path']), '--backbone', 'none'], at))
  expect(back).toMatchObject({ event: 'imported', images: 40, labelled: 40 })
  const labelsOf = async (project: string): Promise<unknown> =>
    (await graftEvents(['images', project], at)).map((each) => `${String(each['hash'])} ${String(each['class'])}`).sort()
  expect(await labelsOf('Back')).toEqual(await labelsOf('Pets'))

  await expectNotUnderstood(['export-photos', 'Pets', '--out', 'out', '--as', 'xml'], folder, /--as must be folders, csv or coco/)
  await expectRefused(['export-photos', 'Pets', '--out', 'out', '--class', 'eagle'], folder, 'CLASS_NOT_FOUND', /^There is no class eagle/)
})

test('photos that look like one are listed by how much they do, and those that look alike as groups with the best first', async ({
  folder,
}) => {
  const at = { cwd: folder }
  const made = await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const [name = ''] = photosOf(made, made.classes[0])
  const similar = await graftEvents(['similar', 'Pets', name, '--count', '5'], at)
  const likeness = similar.map(({ similarity }) => Number(similarity))
  expect(likeness).toHaveLength(5)
  expect(likeness).toEqual(likeness.toSorted((one, other) => other - one))
  expect(similar.some((each) => each['name'] === name)).toBe(false)
  await expectRefused(['similar', 'Pets', 'lost.jpg'], folder, 'IMAGE_NOT_FOUND', /^The photo lost\.jpg is not in this project/)
  await expectNotUnderstood(['similar', 'Pets', name, '--count', '0'], folder, /--count must be a whole number from 1 to 1000/)

  expect(await graftEvents(['look-alikes', 'Pets'], at)).toEqual([])
  // A smaller copy of a photo.
  mkdirSync(join(folder, 'more'))
  const { default: sharp } = await import('sharp')
  await sharp(join(made.photos, made.classes[0], name))
    .resize({ width: 200 })
    .toFile(join(folder, 'more', 'small.jpg'))
  await graftEvents(['import', 'Pets', 'more'], at)
  const [group] = await graftEvents(['look-alikes', 'Pets'], at)
  expect(group).toMatchObject({ images: [{ name }, { name: 'small.jpg' }] })
})
