import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeLargeProject as makeProject, type LargeProject, type PictureSource } from '../../src/main/core/testing/large-project.ts'
import { photoSets } from '../photo-folder.ts'

/** Photos of a class that are shown over and over; fewer than that are at hand for some. */
const photosPerClass = 60

/**
 * Makes a project of `images` (100,000 when absent) in `classes`, with `runs` if they are asked for, in well under a minute. It shows real
 * photos where they are at hand, else drawn pictures. Answers its path; `LargeProject` says what else can be asked for.
 */
export async function makeLargeProject(wanted: Omit<LargeProject, 'sources'>): Promise<string> {
  return makeProject({ ...wanted, ...(existsSync(photoSets) ? { sources: photoSources() } : {}) })
}

function photoSources(): PictureSource[] {
  return ['cats-dogs', 'waste'].flatMap((set) =>
    readdirSync(join(photoSets, set))
      .sort()
      .map((name) => {
        const folder = join(photoSets, set, name)
        return {
          name,
          files: readdirSync(folder)
            .sort()
            .slice(0, photosPerClass)
            .map((file) => join(folder, file)),
        }
      }),
  )
}
