import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
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
}
/** Those that pictures are taken of once: what happens to them cannot be taken back. */
const spent = { running: 'trained', failed: 'trained', importing: 'unlabelled', gone: 'unlabelled' } as const

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
  const whole = { unlabelled, trained, large }
  const copyOf = (name: keyof typeof spent): string => {
    const path = join(folder, `${name}.graft`)
    rmSync(path, { recursive: true, force: true })
    cpSync(whole[spent[name]], path, { recursive: true })
    return path
  }
  return { ...whole, running: copyOf('running'), failed: copyOf('failed'), importing: copyOf('importing'), gone: copyOf('gone') }
}
