import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { backboneFiles } from '../../src/main/core/backbones/backbone-files.ts'
import { applyHead } from '../../src/main/compute/head.ts'
import { extractFeatures } from '../../src/main/compute/extract.ts'
import { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { Lanes } from '../../src/main/compute/lanes.ts'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { trainHead } from '../../src/main/compute/train-head.ts'
import { augmentationPresets, noAugmentation, type Augmentation } from '../../src/main/contract/augmentation.ts'
import { plainLearning } from '../../src/main/contract/worker/training-tasks.ts'
import { photoSets } from '../photo-folder.ts'
import { measureGraft, withFolder } from './graft-process.ts'
import type { Row } from './measurements.ts'
import { root } from './places.ts'

const sets = ['cats-dogs', 'waste', 'hemlock-cherry']
const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const fewPhotos = 30
/** Of each class, to validate and to test on. */
const aside = 0.2
const looksOfEach = 4

/** What is measured against photos as they are. */
const tried: readonly { readonly name: string; readonly augmentation: Augmentation }[] = [
  { name: 'usual', augmentation: augmentationPresets.usual },
  { name: 'either-way-up', augmentation: augmentationPresets['either-way-up'] },
  { name: 'mixup=0.2', augmentation: { ...noAugmentation, mixup: 0.2 } },
  { name: 'usual,mixup=0.2', augmentation: { ...augmentationPresets.usual, mixup: 0.2 } },
]

interface Photo {
  readonly hash: string
  readonly classIndex: number
}
interface LookedAt {
  readonly photos: readonly Photo[]
  readonly classCount: number
  readonly plain: FeatureFile
  /** By the key of what changes the pixels. */
  readonly looks: ReadonlyMap<string, readonly FeatureFile[]>
}

function pixelsOf({ mixup: _mixup, variants: _variants, ...changes }: Augmentation) {
  return changes
}
const keyOf = (augmentation: Augmentation): string => JSON.stringify(pixelsOf(augmentation))
const changesPixels = (augmentation: Augmentation): boolean => keyOf(augmentation) !== keyOf(noAugmentation)

/** The features of a set by the default network: of its photos, and of four looks of each for every way to change them. */
async function lookAt(name: string, folder: string): Promise<LookedAt> {
  await measureGraft(folder, ['import', 'bench', join(photoSets, name), '--label-from-folders', '--backbone', 'efficientnet-lite0'])
  const listed = (await measureGraft(folder, ['images', 'list', 'bench'])).stdout.trim().split('\n')
  const images = listed.map((line) => JSON.parse(line) as { hash: string; class: string }).sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const classes = [...new Set(images.map((image) => image.class))].sort()
  const project = join(folder, 'bench.graft')
  const backbone = backboneFiles({ resourcesDir: join(root, 'resources') }, 'efficientnet-lite0')
  const features = join(project, 'features')
  const [fileName = ''] = readdirSync(features)
  const entry = new URL('../../src/main/training-worker.ts', import.meta.url)
  const lanes = new Lanes(backbone, { entry, wanted: 'onnxruntime', threads: 2 })
  const copies = images.map(({ hash }) => ({ hash, workingCopy: join(project, 'images', hash.slice(0, 2), `${hash}.jpg`) }))
  const looks = new Map<string, FeatureFile[]>()
  for (const { augmentation } of tried.filter((each) => changesPixels(each.augmentation))) {
    if (looks.has(keyOf(augmentation))) continue
    const files: FeatureFile[] = []
    for (let variant = 1; variant <= looksOfEach; variant++) {
      const file = FeatureFile.open(join(folder, `${looks.size}-${variant}.features`), backbone.featureDim)
      const variation = { changes: pixelsOf(augmentation), variant, key: '' }
      await extractFeatures(copies, file, lanes, variation, { signal: new AbortController().signal, emit: () => undefined })
      files.push(file)
    }
    looks.set(keyOf(augmentation), files)
  }
  await lanes.close()
  const photos = images.map(({ hash, class: own }) => ({ hash, classIndex: classes.indexOf(own) }))
  return { photos, classCount: classes.length, plain: FeatureFile.open(join(features, fileName), backbone.featureDim), looks }
}

interface Parts {
  readonly train: readonly Photo[]
  readonly validation: readonly Photo[]
  readonly test: readonly Photo[]
}

/** As many of each class in every part; at most `most` to learn from. */
function divide(photos: readonly Photo[], classCount: number, seed: number, most: number): Parts {
  const random = makeRandom(seed)
  const parts: { train: Photo[]; validation: Photo[]; test: Photo[] } = { train: [], validation: [], test: [] }
  for (let classIndex = 0; classIndex < classCount; classIndex++) {
    const ofClass = photos.filter((photo) => photo.classIndex === classIndex)
    const order = Int32Array.from(ofClass.keys())
    shuffle(order, random)
    const drawn = Array.from(order, (at) => ofClass[at]).filter((photo) => photo !== undefined)
    const each = Math.round(aside * drawn.length)
    parts.test.push(...drawn.slice(0, each))
    parts.validation.push(...drawn.slice(each, 2 * each))
    parts.train.push(...drawn.slice(2 * each, 2 * each + Math.ceil(most / classCount)))
  }
  return parts
}

/** Share of the test photos that a head is right on, with the settings of a training that says nothing of them. */
async function accuracyOf(
  { plain, looks, classCount }: LookedAt,
  { train, validation, test }: Parts,
  augmentation: Augmentation,
  seed: number,
) {
  const rows = (file: FeatureFile, of: readonly Photo[]): Float32Array => file.gather(of.map(({ hash }) => hash))
  const classes = (of: readonly Photo[]): Int32Array => Int32Array.from(of, ({ classIndex }) => classIndex)
  const files = [plain, ...(looks.get(keyOf(augmentation)) ?? [])]
  const features = new Float32Array(files.length * train.length * plain.dim)
  for (const [look, file] of files.entries()) features.set(rows(file, train), look * train.length * plain.dim)
  const settings = { ...plainLearning, epochs: 30, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 8, seed } as const
  const { head } = await trainHead(
    {
      ...{ dim: plain.dim, classCount, settings: { ...settings, mixup: augmentation.mixup } },
      train: { features, classes: classes(train) },
      validation: { features: rows(plain, validation), classes: classes(validation) },
    },
    { signal: new AbortController().signal, stopSignal: new AbortController().signal, emit: () => undefined },
  )
  const answers = applyHead(head, rows(plain, test))
  const right = test.filter(({ classIndex }, row) => {
    const answer = answers.subarray(row * classCount, (row + 1) * classCount)
    return answer.indexOf(Math.max(...answer)) === classIndex
  })
  return right.length / test.length
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

async function compareOn(name: string, set: LookedAt, most: number): Promise<readonly Row[]> {
  const parts = seeds.map((seed) => divide(set.photos, set.classCount, seed, most))
  const accuracies = async (augmentation: Augmentation): Promise<readonly number[]> => {
    const values: number[] = []
    for (const [index, seed] of seeds.entries()) {
      const own = parts[index]
      if (own !== undefined) values.push(await accuracyOf(set, own, augmentation, seed))
    }
    return values
  }
  const plain = await accuracies(noAugmentation)
  const rows: Row[] = []
  for (const { name: augment, augmentation } of tried) {
    const changed = await accuracies(augmentation)
    const differences = changed.map((value, index) => value - (plain[index] ?? NaN))
    const error = Math.sqrt(mean(differences.map((each) => (each - mean(differences)) ** 2)) / (differences.length - 1))
    rows.push({
      what: `${name}, ${parts[0]?.train.length ?? 0} photos to learn from, ${augment} / as they are: right on ${parts[0]?.test.length ?? 0} test photos of each of ${seeds.length} splits`,
      graft: percent(mean(changed)),
      other: percent(mean(plain)),
      ratio: `${(100 * mean(differences)).toFixed(1)} points ± ${(100 * error).toFixed(1)}`,
      wanted: '',
    })
  }
  return rows
}

/** What changed photos bring a head, whose network looks at four looks of each beforehand. */
export async function augmentation(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos are not at ${photoSets}`)
  const rows: Row[] = []
  for (const name of sets) {
    await withFolder(async (folder) => {
      const set = await lookAt(name, folder)
      if (set.photos.length > 2 * fewPhotos) rows.push(...(await compareOn(name, set, fewPhotos)))
      rows.push(...(await compareOn(name, set, Infinity)))
    })
  }
  return rows
}
