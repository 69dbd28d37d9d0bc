import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { makePhotoFolder } from '../photo-folder.ts'
import { benchFolder } from './places.ts'

export interface PhotoSize {
  readonly widthPx: number
  readonly heightPx: number
}
/** What the figures in the docs are about: small photos as they come from the web, and photos as a phone sends them. */
export const webSize: PhotoSize = { widthPx: 500, heightPx: 375 }
export const phoneSize: PhotoSize = { widthPx: 2016, heightPx: 1512 }

/**
 * A folder of `count` different photos in two classes, made once out of the photos at hand: each is enlarged a little and cut at another
 * place every time round. Answers the folder.
 */
export async function benchPhotos(count: number, size: PhotoSize): Promise<string> {
  const folder = join(benchFolder, `photos-${count}-${size.widthPx}x${size.heightPx}`)
  if (existsSync(folder)) return folder
  const originals = join(benchFolder, 'originals')
  if (!existsSync(originals)) await makePhotoFolder(originals, 150)
  const sources = readdirSync(originals).flatMap((name) =>
    readdirSync(join(originals, name)).map((file) => ({ name, path: join(originals, name, file) })),
  )
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  for (const { name } of sources) mkdirSync(join(unfinished, name), { recursive: true })
  for (let index = 0; index < count; index++) {
    // Across the classes, so that every count has both in about equal parts.
    const source = sources[(index * 151) % sources.length]
    if (source === undefined) throw new Error('there are no photos to make photos of')
    await cutPhoto(
      source.path,
      Math.floor(index / sources.length),
      size,
      join(unfinished, source.name, `photo-${String(index).padStart(5, '0')}.jpg`),
    )
  }
  renameSync(unfinished, folder)
  return folder
}

async function cutPhoto(source: string, round: number, { widthPx, heightPx }: PhotoSize, to: string): Promise<void> {
  const margin = 40
  const enlarged = await sharp(source)
    .resize(widthPx + margin, heightPx + margin, { fit: 'cover' })
    .toBuffer()
  await sharp(enlarged)
    .extract({ left: (round * 3) % margin, top: (round * 7) % margin, width: widthPx, height: heightPx })
    .jpeg({ quality: 90 })
    .toFile(to)
}
