import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { photoSets } from '../photo-folder.ts'
import { measureGraft, withFolder } from './graft-process.ts'

/** Features a photo, of EfficientNet-Lite0. */
export const dim = 1280

export interface LabelledSet {
  readonly hashes: readonly string[]
  readonly labels: Int32Array
  readonly classCount: number
  /** Row-major [hashes, dim]. */
  readonly features: Float32Array
}

/** The features of a set, by the default network, and the labels that its folders give. */
export async function readSet(name: string): Promise<LabelledSet> {
  return withFolder(async (folder) => {
    await measureGraft(folder, ['import', 'bench', join(photoSets, name), '--label-from-folders', '--backbone', 'efficientnet-lite0'])
    const listed = (await measureGraft(folder, ['images', 'list', 'bench'])).stdout.trim().split('\n')
    const images = listed.map((line) => JSON.parse(line) as { hash: string; class: string }).sort((a, b) => (a.hash < b.hash ? -1 : 1))
    const classes = [...new Set(images.map((image) => image.class))].sort()
    const features = join(folder, 'bench.graft', 'features')
    const [file = ''] = readdirSync(features)
    const hashes = images.map(({ hash }) => hash)
    return {
      hashes,
      labels: Int32Array.from(images, (image) => classes.indexOf(image.class)),
      classCount: classes.length,
      features: FeatureFile.open(join(features, file), dim).gather(hashes),
    }
  })
}

