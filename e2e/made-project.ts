import { cpSync, existsSync, readdirSync, rmSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@playwright/test'
import { graftEvents } from './graft-command.ts'
import { makePhotoFolder } from './photo-folder.ts'

export interface ProjectMaking {
  /** 150 at most. */
  readonly perClass: number
  readonly isLabelled?: boolean
  /** Network that looks at the photos while they are imported; the fast one by default. */
  readonly backbone?: 'mobilenet-v2-035' | 'none'
  /** Epochs of each run that is trained, with the seeds 1, 2, ... */
  readonly runs?: readonly number[]
}

export interface MadeProject {
  /** `Pets.graft` in the folder of the test. */
  readonly path: string
  /** Where its photos come from, a folder for each class: to be looked at, not to be changed. */
  readonly photos: string
  /** In order of name; where photos are not labelled, those that they show. */
  readonly classes: readonly [string, string]
}

/**
 * A project of photos of two classes, made on the command line: once in a run of the tests, and each test that asks for the same has a copy of it,
 * for a project is a folder that can be copied and opened elsewhere.
 */
export async function makeProject(folder: string, making: ProjectMaking): Promise<MadeProject> {
  const { perClass, isLabelled = true, backbone = 'mobilenet-v2-035', runs = [] } = making
  const name = [perClass, isLabelled ? 'labelled' : 'unlabelled', backbone, ...runs].join('-')
  // Emptied by the runner when it begins.
  const kept = join(test.info().project.outputDir, 'projects', name)
  const photos = join(kept, 'photos')
  if (!existsSync(join(kept, 'made'))) {
    rmSync(kept, { recursive: true, force: true })
    mkdirSync(kept, { recursive: true })
    await makePhotoFolder(photos, perClass)
    const graft = (...args: string[]) => graftEvents(args, { cwd: kept })
    await graft('import', 'Pets.graft', 'photos', '--backbone', backbone, ...(isLabelled ? ['--label-from-folders'] : []))
    for (const [index, epochs] of runs.entries())
      await graft('train', 'Pets.graft', '--seed', String(index + 1), '--backbone', backbone, '--epochs', String(epochs))
    writeFileSync(join(kept, 'made'), '')
  }
  const path = join(folder, 'Pets.graft')
  cpSync(join(kept, 'Pets.graft'), path, { recursive: true })
  const [first = '', second = ''] = readdirSync(photos).sort()
  return { path, photos, classes: [first, second] }
}
