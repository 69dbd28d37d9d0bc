import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { reduceFeatures } from '../../src/main/compute/similar/reduce-features.ts'
import { Turns } from '../../src/main/compute/turns.ts'
import { photoSets } from '../photo-folder.ts'
import { measureGraft, withFolder } from './graft-process.ts'

/** Features a photo, of EfficientNet-Lite0. */
const dimOfFile = 1280

export interface LabelledSet {
  readonly hashes: readonly string[]
  readonly labels: Int32Array
  readonly classCount: number
  readonly dim: number
  /** Row-major [hashes, dim]. */
  readonly features: Float32Array
}

/** The features of a set, by the default network, and the labels that its folders give; `reducedTo`: in so few dimensions, as `reduceFeatures` makes them. */
export async function readSet(name: string, reducedTo: number | null = null): Promise<LabelledSet> {
  return withFolder(async (folder) => {
    await measureGraft(folder, ['import', 'bench', join(photoSets, name), '--label-from-folders', '--backbone', 'efficientnet-lite0'])
    const listed = (await measureGraft(folder, ['images', 'list', 'bench'])).stdout.trim().split('\n')
    const images = listed.map((line) => JSON.parse(line) as { hash: string; class: string }).sort((a, b) => (a.hash < b.hash ? -1 : 1))
    const classes = [...new Set(images.map((image) => image.class))].sort()
    const hashes = images.map(({ hash }) => hash)
    const [fileName = ''] = readdirSync(join(folder, 'bench.graft', 'features'))
    const file = FeatureFile.open(join(folder, 'bench.graft', 'features', fileName), dimOfFile)
    const turns = new Turns(new AbortController().signal)
    const { rows, dim } =
      reducedTo === null
        ? { rows: file.gather(hashes), dim: file.dim }
        : await reduceFeatures(file, hashes, { dim: reducedTo, seed: 1, turns })
    const labels = Int32Array.from(images, (image) => classes.indexOf(image.class))
    return { hashes, labels, classCount: classes.length, dim, features: rows }
  })
}
