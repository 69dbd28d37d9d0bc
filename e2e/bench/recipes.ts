import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeRandom, shuffle } from '../../src/main/compute/random.ts'
import { photoSets } from '../photo-folder.ts'
import { findNative } from './engine-measurements.ts'
import { lastEvent, measureGraft, withFolder } from './graft-process.ts'
import type { Row } from './measurements.ts'

const sets = ['cats-dogs', 'waste', 'hemlock-cherry']
const networks = ['efficientnet-lite0', 'mobilenet-v2-035']
const recipes = ['quick', 'thorough'] as const
const seeds = [1, 2, 3, 4, 5]
const few = 30
/** Student's t for five numbers, 95 %. */
const studentT = 2.776

function meanInterval(values: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1))
  const half = (studentT * deviation) / Math.sqrt(values.length)
  return { mean, low: mean - half, high: mean + half }
}

interface Photo {
  readonly path: string
  readonly label: string
}
interface Trained {
  /** On photos that it has not seen, 0..1. */
  readonly accuracy: number
  readonly seconds: number
}
type Graft = (...args: readonly string[]) => ReturnType<typeof measureGraft>

function photosOf(set: string): readonly Photo[] {
  const folder = join(photoSets, set)
  return readdirSync(folder).flatMap((label) =>
    readdirSync(join(folder, label)).map((file) => ({ path: join(folder, label, file), label })),
  )
}

/** As many of each class, `few` in all. */
function draw(photos: readonly Photo[], seed: number): ReadonlySet<Photo> {
  const labels = [...new Set(photos.map(({ label }) => label))]
  const random = makeRandom(seed)
  return new Set(
    labels.flatMap((label) => {
      const own = photos.filter((photo) => photo.label === label)
      const order = Int32Array.from(own, (_, index) => index)
      shuffle(order, random)
      return Array.from(order.subarray(0, few / labels.length), (index) => own[index]!)
    }),
  )
}

async function train(graft: Graft, recipe: string, network: string, seed: number, split: string): Promise<Trained> {
  const run = lastEvent(await graft('train', 'bench', '--recipe', recipe, '--backbone', network, '--seed', String(seed), '--split', split))
  const { accuracy } = run['test'] as { accuracy: number }
  return { accuracy, seconds: (run['seconds'] as { total: number }).total }
}

function withStudio<T>(use: (graft: Graft, folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    mkdirSync(join(folder, 'studio', 'engines'), { recursive: true })
    symlinkSync(findNative(), join(folder, 'studio', 'engines', 'tfjs-node-gpu'))
    return use((...args) => measureGraft(folder, args), folder)
  })
}

/** All photos of a set: a quarter is the test. */
function ofAll(set: string, network: string): Promise<readonly (readonly Trained[])[]> {
  return withStudio(async (graft) => {
    await graft('import', 'bench', join(photoSets, set), '--label-from-folders', '--backbone', network)
    const trained: Trained[][] = []
    for (const recipe of recipes) {
      const runs: Trained[] = []
      for (const seed of seeds) runs.push(await train(graft, recipe, network, seed, '60/15/25'))
      trained.push(runs)
    }
    return trained
  })
}

/** A project of few photos, and all others of the set as the test. */
async function ofFew(set: string, network: string): Promise<readonly (readonly Trained[])[]> {
  const photos = photosOf(set)
  const trained = recipes.map((): Trained[] => [])
  for (const seed of seeds) {
    const labelled = draw(photos, seed)
    await withStudio(async (graft, folder) => {
      for (const { path, label } of labelled) cpSync(path, join(folder, 'photos', label, path.split('/').at(-1)!), { recursive: true })
      await graft('import', 'bench', join(folder, 'photos'), '--label-from-folders', '--backbone', network)
      const others = photos.filter((photo) => !labelled.has(photo))
      for (const [index, recipe] of recipes.entries()) {
        const { seconds } = await train(graft, recipe, network, seed, '70/15/15')
        const { stdout } = await graft('predict', 'bench', 'latest', ...others.map(({ path }) => path))
        const answers = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { class: string })
        trained[index]!.push({
          accuracy: answers.filter((answer, at) => answer.class === others[at]!.label).length / others.length,
          seconds,
        })
      }
    })
  }
  return trained
}

const percent = (share: number): string => (100 * share).toFixed(1)

function row(what: string, [quick, thorough]: readonly (readonly Trained[])[]): Row {
  const told = (runs: readonly Trained[] = []): string => {
    const { mean, low, high } = meanInterval(runs.map(({ accuracy }) => accuracy))
    const seconds = runs.reduce((sum, each) => sum + each.seconds, 0) / runs.length
    return `${percent(mean)} % (${percent(low)} to ${percent(Math.min(1, high))}), ${seconds.toFixed(1)} s`
  }
  const { mean, low, high } = meanInterval(quick!.map(({ accuracy }, index) => thorough![index]!.accuracy - accuracy))
  return {
    what,
    graft: told(thorough),
    other: told(quick),
    ratio: `${percent(mean)} points (${percent(low)} to ${percent(high)})`,
    wanted: '',
  }
}

/** The recipe Thorough beside Quick, on the same photos: how often each is right on photos that it has not seen, by the mean of the seeds with its interval. */
export async function recipesBeside(): Promise<readonly Row[]> {
  if (!existsSync(photoSets)) throw new Error(`the photos are not at ${photoSets}`)
  const rows: Row[] = []
  for (const network of networks) {
    for (const set of sets) {
      const count = photosOf(set).length
      rows.push(row(`${set}, ${network}, all ${count} photos, Thorough / Quick`, await ofAll(set, network)))
      if (count > few) rows.push(row(`${set}, ${network}, ${few} photos in all, Thorough / Quick`, await ofFew(set, network)))
    }
  }
  return rows
}
