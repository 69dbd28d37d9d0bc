import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

const photoSets = join(import.meta.dirname, '../../shared/datasets')

/** Whether the real photos that the project is measured with are beside the checkout. */
export const hasRealPhotos = existsSync(join(photoSets, 'cats-dogs'))

/**
 * Fills `folder` with a sub-folder for each class, `perClass` pictures in each: real photos where they are at hand, else drawn ones (discs
 * and bars of changing size, place and colour). Answers the classes, in order of name.
 */
export async function makePhotoFolder(folder: string, perClass: number): Promise<readonly [string, string]> {
  if (hasRealPhotos) {
    for (const name of ['cat', 'dog']) {
      const source = join(photoSets, 'cats-dogs', name)
      mkdirSync(join(folder, name), { recursive: true })
      for (const file of readdirSync(source).sort().slice(0, perClass)) copyFileSync(join(source, file), join(folder, name, file))
    }
    return ['cat', 'dog']
  }
  for (const name of ['bar', 'disc']) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let index = 0; index < perClass; index++)
      await sharp(Buffer.from(drawing(name, index)))
        .jpeg()
        .toFile(join(folder, name, `${name}.${index}.jpg`))
  }
  return ['bar', 'disc']
}

function drawing(name: string, index: number): string {
  // Steps that have no common divisor with the ranges: no two drawings are alike.
  const [hue, size, left, top] = [(index * 67) % 360, 60 + ((index * 29) % 80), 20 + ((index * 47) % 150), 20 + ((index * 83) % 130)]
  const shape =
    name === 'disc'
      ? `<circle cx="${left + size / 2}" cy="${top + size / 2}" r="${size / 2}"/>`
      : `<rect x="${left}" y="${top}" width="${size * 1.6}" height="${size / 5}" transform="rotate(${index * 13} 150 130)"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="280"><rect width="320" height="280" fill="hsl(${(hue + 150) % 360} 40% 85%)"/><g fill="hsl(${hue} 70% 40%)">${shape}</g></svg>`
}

/** Files that are no pictures, or not any more, or too large to be opened: what an import must name and pass over. */
export const hostileFiles = {
  'empty.jpg': 'empty',
  'truncated.jpg': 'broken',
  'letter.jpg': 'not-a-picture',
  'huge.jpg': 'too-large',
} as const

/** Writes the files of `hostileFiles` into `folder`; the truncated one ends after a third of its bytes. */
export async function addHostileFiles(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const photo = await sharp({
    create: { width: 640, height: 480, channels: 3, background: '#456', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
    .jpeg()
    .toBuffer()
  writeFileSync(join(folder, 'empty.jpg'), '')
  writeFileSync(join(folder, 'truncated.jpg'), photo.subarray(0, photo.length / 3))
  writeFileSync(join(folder, 'letter.jpg'), 'Dear Graft,\nthis is not a picture.\n'.repeat(20))
  writeFileSync(join(folder, 'huge.jpg'), withSize(photo, 60_000, 60_000))
}

/** The same JPEG with another size in its frame header: height and width are two big-endian bytes each, 5 bytes after the marker SOF0. */
function withSize(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const copy = Buffer.from(jpeg)
  const marker = copy.indexOf(Buffer.from([0xff, 0xc0]))
  copy.writeUInt16BE(heightPx, marker + 5)
  copy.writeUInt16BE(widthPx, marker + 7)
  return copy
}
