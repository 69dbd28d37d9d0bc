import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { graftEvents } from '../graft-command.ts'
import { makePhotoFolder } from '../photo-folder.ts'

/** Projects to take pictures of, each in the state that its name says. Absolute paths. */
export interface Projects {
  /** 48 photos without a class. */
  readonly unlabelled: string
  /** 300 photos in two classes, three runs, one export. */
  readonly trained: string
}

/** Ids of the runs of a project, by their numbers. */
export async function runIds(project: string, folder: string): Promise<ReadonlyMap<number, string>> {
  const runs = await graftEvents(['runs', project], { cwd: folder })
  return new Map(runs.map((run) => [Number(run['number']), String(run['run'])]))
}

/** Makes them in `folder` through the command line, where they are not there from the last time. */
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
  return { unlabelled, trained }
}
