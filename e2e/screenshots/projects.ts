import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { drawFolder } from '../../src/main/core/testing/draw-pictures.ts'
import { makeLargeProject } from '../bench/large-project.ts'
import { graftEvents } from '../graft-command.ts'
import { makePhotoFolder } from '../photo-folder.ts'

/** Projects to take pictures of, each in the state that its name says. Absolute paths. */
export interface Projects {
  /** 48 photos without a class. */
  readonly unlabelled: string
  /** 300 photos in two classes, three runs, one export. */
  readonly trained: string
  /** 10,000 photos in four classes, 60 runs, 20 photos in the trash. */
  readonly large: string
  /** As `trained`; trainings are started in it. */
  readonly running: string
  /** As `trained`; the newest run failed. */
  readonly failed: string
  /** As `unlabelled`; more photos are on their way. */
  readonly importing: string
  /** As `unlabelled`; its folder is deleted while it is open. */
  readonly gone: string
  /** 154 photos in two classes, half of them without one, with what there is to tidy up: wrong labels, copies, faults, notes, trash. */
  readonly untidy: string
  /** As `untidy`; views, a map and a watched folder are made in it. */
  readonly tidied: string
}
/** Those that pictures are taken of once: what happens to them cannot be taken back. */
const spent = { running: 'trained', failed: 'trained', importing: 'unlabelled', gone: 'unlabelled', tidied: 'untidy' } as const

/** Photos to add to a project, more than are added while pictures are taken. */
export const photosToAdd = (folder: string): string => join(folder, 'many')

/** Ids of the runs of a project, by their numbers. */
export async function runIds(project: string, folder: string): Promise<ReadonlyMap<number, string>> {
  const runs = await graftEvents(['runs', project], { cwd: folder })
  return new Map(runs.map((run) => [Number(run['number']), String(run['run'])]))
}

/** Makes them in `folder`, where they are not there from the last time; those that are spent each time anew. */
export async function makeProjects(folder: string): Promise<Projects> {
  mkdirSync(folder, { recursive: true })
  const graft = (...args: string[]) => graftEvents(args, { cwd: folder })
  const make = async (name: string, fill: (path: string) => Promise<void>): Promise<string> => {
    const path = join(folder, `${name}.graft`)
    if (!existsSync(path)) await fill(path)
    return path
  }
  const unlabelled = await make('Holiday', async (path) => {
    const photos = join(folder, 'few')
    await makePhotoFolder(photos, 24)
    await graft('import', path, photos)
  })
  const trained = await make('Cats and dogs', async (path) => {
    const photos = join(folder, 'photos')
    await makePhotoFolder(photos, 150)
    await graft('import', path, photos, '--label-from-folders')
    await graft('train', path, '--seed', '1')
    await graft('train', path, '--seed', '1', '--backbone', 'mobilenet-v2-035')
    await graft('train', path, '--seed', '2', '--epochs', '6')
    await graft('export', path, 'latest', '--out', join(folder, 'exports'))
  })
  const large = await make('Ten thousand', async () => {
    await makeLargeProject({ folder, name: 'Ten thousand', images: 10_000, classes: 4, runs: 60 })
  })
  if (!existsSync(photosToAdd(folder))) await drawFolder(photosToAdd(folder), { perClass: 1500, classes: ['circle', 'square'] })
  const untidy = await make('Pets', (path) => fillUntidy(path, folder))
  const whole = { unlabelled, trained, large, untidy }
  const copyOf = (name: keyof typeof spent): string => {
    const path = join(folder, `${name}.graft`)
    rmSync(path, { recursive: true, force: true })
    cpSync(whole[spent[name]], path, { recursive: true })
    return path
  }
  return {
    ...whole,
    running: copyOf('running'),
    failed: copyOf('failed'),
    importing: copyOf('importing'),
    gone: copyOf('gone'),
    tidied: copyOf('tidied'),
  }
}

/** A project with everything that Check, suggestions, notes and the trash are for. */
async function fillUntidy(path: string, folder: string): Promise<void> {
  const graft = (...args: string[]) => graftEvents(args, { cwd: folder })
  const [sorted, loose] = [join(folder, 'sorted'), join(folder, 'loose')]
  const [first, second] = await makePhotoFolder(sorted, 36)
  for (const name of [first, second]) await spoil(join(sorted, name))
  await makePhotoFolder(loose, 72)
  await graft('import', path, sorted, '--label-from-folders')
  await graft('import', path, loose)
  const hashesOf = async (name: string) => (await graft('images', 'list', path, '--class', name)).map(({ hash }) => String(hash))
  const [ofFirst, ofSecond] = [await hashesOf(first), await hashesOf(second)]
  await graft('label', path, ...ofFirst.slice(0, 4), '--class', second)
  await graft('label', path, ...ofSecond.slice(0, 4), '--class', first)
  await graft('images', 'note', path, ofFirst[5] ?? '', 'Taken through the window: ask for a better one')
  await graft('images', 'note', path, ofSecond[5] ?? '', 'Two animals on it')
  await graft('images', 'trash', path, ...ofFirst.slice(8, 12), ofSecond[8] ?? '')
  await graft('doubts', path)
  await graft('look-alikes', path, '--compare')
}

/** Adds a copy of a photo, a blurred one and a dark one. */
async function spoil(folder: string): Promise<void> {
  const [one = '', two = '', three = ''] = readdirSync(folder).sort()
  await sharp(join(folder, one)).resize(300).jpeg({ quality: 60 }).toFile(join(folder, 'copy.jpg'))
  await sharp(join(folder, two)).blur(9).toFile(join(folder, 'blurred.jpg'))
  await sharp(join(folder, three)).linear(0.08).toFile(join(folder, 'dark.jpg'))
}
