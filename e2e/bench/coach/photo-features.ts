import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { FeatureFile } from '../../../src/main/compute/feature-file.ts'
import { findNearPairs } from '../../../src/main/compute/similar/near-pairs.ts'
import { perhapsFrom } from '../../../src/main/core/similar/join-looks.ts'
import { backboneFiles } from '../../../src/main/core/backbones/backbone-files.ts'
import { featureCache } from '../../../src/main/core/features/feature-caches.ts'
import { testStudio, type TestStudio } from '../../../src/main/core/testing/studio.ts'
import { photoSets } from '../../photo-folder.ts'
import { benchFolder } from '../places.ts'

export const networks = ['efficientnet-lite0', 'mobilenet-v2-035', 'mobilenet-v1-100'] as const
export type Network = (typeof networks)[number]
const sets = ['cats-dogs', 'waste', 'hemlock-cherry']
const dims: Readonly<Record<Network, number>> = { 'efficientnet-lite0': 1280, 'mobilenet-v2-035': 1280, 'mobilenet-v1-100': 1024 }

export interface Photo {
  readonly hash: string
  readonly className: string
  /** Its file name without its ending: a copy is called as its original is. */
  readonly name: string
  /** A changed copy of another photo, as they come into a folder twice: cropped, mirrored, taken from a screen. */
  readonly isCopy: boolean
}

export interface Photos {
  readonly photos: readonly Photo[]
  /** Row-major [photos, dim]. */
  readonly features: Readonly<Record<Network, { readonly dim: number; readonly rows: Float32Array }>>
  /** Pairs of photos that the default network finds close, by their places, with their cosine: as the look-alikes of a project. */
  readonly pairs: readonly { readonly one: number; readonly other: number; readonly similarity: number }[]
}

const folder = join(benchFolder, 'coach')

/** Copies that people have without knowing: a part of the photo, turned around, paler and smaller. */
async function copyChanged(from: string, to: string, kind: number): Promise<void> {
  const { width, height } = await sharp(from).metadata()
  const share = [0.8, 0.72, 0.86, 0.78][kind % 4] ?? 1
  const [w, h] = [Math.round(width * share), Math.round(height * share)]
  let picture = sharp(from).extract({ left: Math.floor((width - w) * 0.6), top: Math.floor((height - h) * 0.4), width: w, height: h })
  if (kind % 2 === 0) picture = picture.flop()
  if (kind % 3 === 0) picture = picture.modulate({ brightness: 1.15, saturation: 0.8 })
  await picture
    .resize({ width: Math.min(w, 320) })
    .jpeg({ quality: 80 })
    .toFile(to)
}

/** The photos of all sets with a changed copy of each, as every network sees them. Made once, then read from the cache. */
export async function readPhotos(): Promise<Photos> {
  if (!existsSync(join(folder, 'photos.json'))) await makePhotos()
  const { photos, pairs } = JSON.parse(readFileSync(join(folder, 'photos.json'), 'utf8')) as Pick<Photos, 'photos' | 'pairs'>
  const rowsOf = (network: Network): Float32Array => {
    const bytes = readFileSync(join(folder, `${network}.f32`))
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }
  const features = Object.fromEntries(networks.map((name) => [name, { dim: dims[name], rows: rowsOf(name) }])) as Photos['features']
  return { photos, pairs, features }
}

async function makePhotos(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const studio = await testStudio()
  try {
    const source = join(studio.folder, 'photos')
    let kind = 0
    for (const set of sets) {
      for (const className of readdirSync(join(photoSets, set))) {
        mkdirSync(join(source, className), { recursive: true })
        for (const file of readdirSync(join(photoSets, set, className)).sort()) {
          const name = file.replace(/\.\w+$/, '')
          writeFileSync(join(source, className, file), readFileSync(join(photoSets, set, className, file)))
          await copyChanged(join(photoSets, set, className, file), join(source, className, `${name}~copy.jpg`), kind++)
        }
      }
    }
    await studio.client.project.create({ name: 'coach' })
    const { jobId } = await studio.client.images.import({ paths: [source], labelFromFolders: true, backbone: networks[0] })
    await studio.result(jobId, 'import')
    for (const backbone of networks) {
      const { jobId: training } = await studio.client.runs.start({ recipe: { backbone, epochs: 1 } })
      await studio.result(training, 'train')
    }
    await write(studio)
  } finally {
    await studio.close()
  }
}

async function write({ client, context }: TestStudio): Promise<void> {
  const classes = new Map((await client.classes.list()).map(({ id, name }) => [id, name]))
  const { images } = await client.images.list({ filter: {}, offset: 0, limit: 2000 })
  const photos = images
    .map(({ hash, name, classId }): Photo => {
      const plain = name.replace(/\.\w+$/, '')
      return { hash, className: classes.get(classId ?? 0) ?? '', name: plain.replace(/~copy$/, ''), isCopy: plain.endsWith('~copy') }
    })
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const hashes = photos.map(({ hash }) => hash)
  for (const network of networks) {
    const { path, dim } = featureCache(context.project(), backboneFiles(context, network))
    const file = FeatureFile.open(path, dim)
    writeFileSync(join(folder, `${network}.f32`), file.gather(hashes))
    if (network !== networks[0]) continue
    const found = await findNearPairs(
      file,
      { hashes, atLeast: perhapsFrom },
      { signal: new AbortController().signal, emit: () => undefined },
    )
    const pairs = Array.from(found.similarity, (similarity, at) => ({
      one: found.pairs[2 * at] ?? 0,
      other: found.pairs[2 * at + 1] ?? 0,
      similarity: Number(similarity.toFixed(3)),
    }))
    writeFileSync(join(folder, 'photos.json'), JSON.stringify({ photos, pairs }))
  }
}
