import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

/** Classes of drawn pictures, easy to tell apart by shape and by colour. */
export const shapes = ['circle', 'square', 'stripes', 'cross'] as const
export type Shape = (typeof shapes)[number]
export type DrawnFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif'

export interface Drawing {
  readonly shape: Shape
  /** The same seed draws the same picture; another one another place, size, colour and grain. */
  readonly seed: number
  readonly widthPx?: number
  readonly heightPx?: number
}

const hues: Readonly<Record<Shape, readonly [number, number, number]>> = {
  circle: [220, 60, 40],
  square: [40, 90, 210],
  stripes: [50, 170, 70],
  cross: [225, 190, 40],
}

/** mulberry32 (T. Ettinger): numbers in 0..1 from a 32-bit seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** RGB bytes, row-major [heightPx, widthPx, 3]. */
export function drawPixels({ shape, seed, widthPx = 320, heightPx = 240 }: Drawing): Buffer {
  const random = randomNumbers(seed * 4 + shapes.indexOf(shape))
  const radius = Math.min(widthPx, heightPx) * (0.2 + 0.2 * random())
  const centreX = radius + (widthPx - 2 * radius) * random()
  const centreY = radius + (heightPx - 2 * radius) * random()
  const ground = Array.from({ length: 3 }, () => 90 + 140 * random())
  const tilt = Array.from({ length: 3 }, () => 60 * (random() - 0.5))
  const ink = hues[shape].map((value) => value + 30 * (random() - 0.5))
  const pixels = Buffer.alloc(widthPx * heightPx * 3)
  let at = 0
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const isInk = covers(shape, (x - centreX) / radius, (y - centreY) / radius)
      // Coarse grain, so that the pictures of one shape are not near-identical.
      const grain = 36 * (hashed(seed, x >> 4, y >> 4) - 0.5) + 8 * (random() - 0.5)
      for (let channel = 0; channel < 3; channel++) {
        const value = isInk ? ink[channel]! : ground[channel]! + tilt[channel]! * (x / widthPx - y / heightPx)
        pixels[at++] = Math.max(0, Math.min(255, Math.round(value + grain)))
      }
    }
  }
  return pixels
}

/** Whether the shape, two units wide around the origin, covers the point. */
function covers(shape: Shape, x: number, y: number): boolean {
  if (Math.abs(x) > 1 || Math.abs(y) > 1) return false
  switch (shape) {
    case 'circle':
      return x * x + y * y <= 1
    case 'square':
      return true
    case 'stripes':
      return Math.floor((x + 1) * 4) % 2 === 0
    case 'cross':
      return Math.abs(x) < 0.3 || Math.abs(y) < 0.3
    default:
      return shape satisfies never
  }
}

function hashed(seed: number, x: number, y: number): number {
  return randomNumbers(Math.imul(seed + 1, 73856093) ^ Math.imul(x + 1, 19349663) ^ Math.imul(y + 1, 83492791))()
}

/** A drawn picture as the bytes of a file. */
export async function drawPicture(drawing: Drawing, format: DrawnFormat = 'jpeg'): Promise<Buffer> {
  const { widthPx = 320, heightPx = 240 } = drawing
  const picture = sharp(drawPixels(drawing), { raw: { width: widthPx, height: heightPx, channels: 3 } })
  return format === 'jpeg' ? picture.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer() : picture.toFormat(format).toBuffer()
}

export interface DrawnSet {
  /** Pictures of each shape. */
  readonly perClass: number
  readonly classes?: readonly Shape[]
  readonly firstSeed?: number
  readonly widthPx?: number
  readonly heightPx?: number
  readonly format?: DrawnFormat
}

/** Writes `folder/SHAPE/SHAPE-0001.jpg` ... and answers the paths, class by class. All pictures differ. */
export async function drawFolder(folder: string, set: DrawnSet): Promise<string[]> {
  const { perClass, classes = ['circle', 'square'], firstSeed = 1, format = 'jpeg' } = set
  const size = {
    ...(set.widthPx === undefined ? {} : { widthPx: set.widthPx }),
    ...(set.heightPx === undefined ? {} : { heightPx: set.heightPx }),
  }
  const paths: string[] = []
  for (const shape of classes) {
    await mkdir(join(folder, shape), { recursive: true })
    for (let seed = firstSeed; seed < firstSeed + perClass; seed++) {
      const path = join(folder, shape, `${shape}-${String(seed).padStart(4, '0')}.${format === 'jpeg' ? 'jpg' : format}`)
      await writeFile(path, await drawPicture({ shape, seed, ...size }, format))
      paths.push(path)
    }
  }
  return paths
}

/** Files that are no good, and why an import should say so. */
export const hostileFiles = {
  'zero-bytes.jpg': 'empty',
  'truncated.jpg': 'broken',
  'renamed-text.jpg': 'not-a-picture',
  'sixty-thousand.jpg': 'too-large',
  'one-pixel.png': 'too-small',
} as const

/** Pictures that are unusual and good. */
export const oddFiles = ['rotated.jpg', 'cmyk.jpg', 'sixteen-bit.png', 'animated.gif', 'jpeg-called.png'] as const

/** Writes the hostile files into `folder`, which is made when it is not there. */
export async function writeHostileFiles(folder: string): Promise<void> {
  const jpeg = await drawPicture({ shape: 'circle', seed: 9001 })
  await mkdir(folder, { recursive: true })
  const contents: Record<keyof typeof hostileFiles, Buffer> = {
    'zero-bytes.jpg': Buffer.alloc(0),
    'truncated.jpg': jpeg.subarray(0, Math.floor(jpeg.length * 0.6)),
    'renamed-text.jpg': Buffer.from('Dear diary, this is not a picture.\n'.repeat(40)),
    'sixty-thousand.jpg': withSize(jpeg, 60_000, 60_000),
    'one-pixel.png': await drawPicture({ shape: 'circle', seed: 1, widthPx: 1, heightPx: 1 }, 'png'),
  }
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes)
}

/** Writes the odd files into `folder`, which is made when it is not there. `rotated.jpg` is 240 x 320 when it stands upright. */
export async function writeOddFiles(folder: string): Promise<void> {
  const drawn = async (seed: number): Promise<Sharp> => sharp(await drawPicture({ shape: 'cross', seed }, 'png'))
  const frames = await Promise.all([9005, 9006, 9007].map((seed) => drawPicture({ shape: 'cross', seed }, 'png')))
  await mkdir(folder, { recursive: true })
  const contents: Record<(typeof oddFiles)[number], Buffer> = {
    'rotated.jpg': await (await drawn(9002)).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'cmyk.jpg': await (await drawn(9003)).toColourspace('cmyk').jpeg().toBuffer(),
    'sixteen-bit.png': await (await drawn(9004)).toColourspace('rgb16').png().toBuffer(),
    'animated.gif': await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
    'jpeg-called.png': await drawPicture({ shape: 'cross', seed: 9008 }),
  }
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes)
}

/** A baseline JPEG whose header claims another size (ITU-T T.81, B.2.2: height and width follow the precision byte). */
function withSize(jpeg: Buffer, widthPx: number, heightPx: number): Buffer {
  const patched = Buffer.from(jpeg)
  const frame = patched.indexOf(Buffer.from([0xff, 0xc0]))
  patched.writeUInt16BE(heightPx, frame + 5)
  patched.writeUInt16BE(widthPx, frame + 7)
  return patched
}
