import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../../contract/errors.ts'
import { AskedRecipe } from '../../../contract/runs.ts'
import { diskError } from '../../../core/project/disk-errors.ts'
import { augmentationWords as words } from '../../../../renderer/text/augmentation.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { augmentationOf } from '../augment-flag.ts'
import { fromCaller } from '../../caller-paths.ts'
import { withProject, type GlobalOptions } from '../session.ts'

export interface PreviewOptions extends GlobalOptions {
  readonly augment: string
  readonly photos: string
  readonly draw: string
  readonly out: string
}

/** Writes photos of a project as a training with these changes would see them, a PNG each, into a new or empty place; nothing is overwritten. */
export function previewAugmentation(project: string, options: PreviewOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const recipe = AskedRecipe.parse({ augmentation: augmentationOf(options.augment) })
    const photos = wholeFrom(options.photos, '--photos', 24)
    const looks = await client.runs.looks({ recipe, photos, draw: wholeFrom(options.draw, '--draw', 1_000_000) })
    const folder = fromCaller(options.out)
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw diskError(error, folder)
    })
    for (const { hash, name, seen } of looks) {
      const file = join(folder, `${hash.slice(0, 8)}-${options.draw}.png`)
      await writeFile(file, Buffer.from(seen.slice(seen.indexOf(',') + 1), 'base64'), { flag: 'wx' }).catch((error: unknown) => {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
        throw isThere
          ? new StudioError('INVALID_INPUT', { reason: `${file} is there already: choose another --out or --draw` })
          : diskError(error, folder)
      })
      printer.event({ event: 'look', hash, name, draw: Number(options.draw), file })
    }
    printer.line(words.hint(recipe))
    printer.line(looks.length === 0 ? words.noPhotos : `${countOf(looks.length, 'photo')} in ${folder}`)
  })
}

function wholeFrom(text: string, flag: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new StudioError('INVALID_INPUT', {
    reason: `${flag} must be a whole number from 1 to ${most.toLocaleString('en-US')}, not ${text}`,
  })
}
