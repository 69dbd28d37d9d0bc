import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stdout } from 'node:process'
import { Recipe, type RunSummary } from '../../../src/main/contract/runs.ts'
import { StudioError } from '../../../src/main/contract/studio-error.ts'
import { makeRandom, shuffle } from '../../../src/main/compute/random.ts'
import { gatherEvidence } from '../../../src/main/core/coach/gather-evidence.ts'
import { libraryLine } from '../../../src/main/core/coach/library-for-tests.ts'
import { testStudio, type TestStudio } from '../../../src/main/core/testing/studio.ts'
import { photoSets } from '../../photo-folder.ts'
import { benchFolder, root } from '../places.ts'
import { compareLoss } from './verdict.ts'
import type { Fault } from './worlds.ts'

// node e2e/bench/coach/make-network-curves-process.ts: the part of the library in which more than a head learns, in a studio on tfjs-node-gpu; half an
// hour. Lines of heads stay as they are.

const backbone = 'mobilenet-v2-035'
interface Case {
  readonly fault: Fault | null
  readonly count: number
  readonly recipe: (random: () => number) => Partial<Recipe>
  /** Share of wrong labels. */
  readonly noise?: number
}
const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
const scratch = { mode: 'scratch', scratchPx: 64 } as const
const fineTune = (random: () => number) => ({ mode: 'fine-tune', blocks: pick(random, [1, 1, 2]) }) as const

/** As in worlds.ts: settings that bring the fault, and settings of somebody who knows. */
const cases: { readonly [name: string]: Case } = {
  'scratch-overfitting': {
    fault: 'overfitting',
    count: 4,
    recipe: (random) => ({ ...scratch, epochs: pick(random, [40, 50, 60]), patience: 0 }),
  },
  'scratch-underfitting': {
    fault: 'underfitting',
    count: 3,
    recipe: (random) => ({ ...scratch, epochs: pick(random, [2, 3, 4]), patience: 0 }),
  },
  'scratch-rate-too-high': {
    fault: 'rate-too-high',
    count: 8,
    recipe: (random) => ({ ...scratch, epochs: 15, learningRate: pick(random, [0.05, 0.1, 0.3]) }),
  },
  'scratch-rate-too-low': {
    fault: 'rate-too-low',
    count: 3,
    recipe: (random) => ({ ...scratch, epochs: 15, learningRate: pick(random, [1e-6, 3e-6, 1e-5]) }),
  },
  'fine-tune-sound': {
    fault: null,
    count: 14,
    recipe: (random) => ({
      ...fineTune(random),
      epochs: 12,
      patience: 4,
      learningRate: pick(random, [0.0005, 0.001]),
      schedule: pick(random, ['constant', 'cosine', 'one-cycle']),
    }),
  },
  'fine-tune-overfitting': {
    fault: 'overfitting',
    count: 4,
    recipe: (random) => ({ ...fineTune(random), epochs: 40, patience: 0, learningRate: 0.003, bodyRate: 0.3 }),
  },
  'fine-tune-rate-too-high': {
    fault: 'rate-too-high',
    count: 8,
    recipe: (random) => ({
      ...fineTune(random),
      epochs: 12,
      learningRate: pick(random, [0.05, 0.1, 0.3]),
      bodyRate: pick(random, [0.1, 1]),
    }),
  },
  'fine-tune-rate-too-low': {
    fault: 'rate-too-low',
    count: 4,
    recipe: (random) => ({ ...fineTune(random), epochs: 12, learningRate: pick(random, [1e-6, 3e-6, 1e-5]) }),
  },
  'fine-tune-noisy-labels': {
    fault: 'noisy-labels',
    count: 8,
    noise: 0.3,
    recipe: (random) => ({ ...fineTune(random), epochs: 20, patience: 8 }),
  },
}
/** Kept by no training: what it says of these decides whether a plant took. */
const juryOf = { 'cats-dogs': 30, waste: 12 } as const
type SetName = keyof typeof juryOf

const kept = join(benchFolder, 'coach', 'tried-networks.jsonl')
interface Tried {
  readonly name: string
  readonly verdict: string
  readonly line: string | null
}

interface Photo {
  readonly hash: string
  readonly classId: number
  readonly path: string
}

interface Project {
  readonly studio: TestStudio
  readonly set: SetName
  readonly photos: readonly Photo[]
  readonly jury: readonly Photo[]
}

async function openSet(studio: TestStudio, set: SetName): Promise<Project> {
  await studio.client.project.create({ name: set })
  const { jobId } = await studio.client.images.import({ paths: [join(photoSets, set)], labelFromFolders: true, backbone })
  await studio.result(jobId, 'import')
  const names = new Map((await studio.client.classes.list()).map(({ id, name }) => [id, name]))
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 2000 })
  const all = images
    .map(({ hash, classId, name }) => ({ hash, classId: classId ?? 0, path: join(photoSets, set, names.get(classId ?? 0) ?? '', name) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const byClass = [...Map.groupBy(all, ({ classId }) => classId).values()]
  const jury = byClass.flatMap((own) => own.slice(0, juryOf[set]))
  return { studio, set, jury, photos: byClass.flatMap((own) => own.slice(juryOf[set])) }
}

/** Labels some of the photos, some of them wrongly, and no others. */
async function label({ studio, photos, set, jury }: Project, noise: number, random: () => number): Promise<void> {
  const { client } = studio
  await client.labels.set({ hashes: [...photos, ...jury].map(({ hash }) => hash), classId: null })
  const classIds = [...new Set(photos.map(({ classId }) => classId))]
  for (const classId of classIds) {
    const own = photos.filter((photo) => photo.classId === classId)
    const order = Int32Array.from(own.keys())
    shuffle(order, random)
    const chosen = [...order.subarray(0, set === 'waste' ? 30 : 90)].flatMap((at) => own[at] ?? [])
    const labelled = chosen.map(({ hash }) => ({
      hash,
      classId:
        random() < noise
          ? pick(
              random,
              classIds.filter((id) => id !== classId),
            )
          : classId,
    }))
    for (const [as, some] of Map.groupBy(labelled, (each) => each.classId))
      await client.labels.set({ hashes: some.map(({ hash }) => hash), classId: as })
  }
}

async function train({ studio }: Project, recipe: Recipe): Promise<RunSummary> {
  const { runId, jobId } = await studio.client.runs.start({ recipe, engine: recipe.mode === 'head' ? 'auto' : 'tfjs-node-gpu' })
  try {
    return (await studio.result(jobId, 'train')).run
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'TRAINING_DIVERGED') throw error
    return (await studio.client.runs.get({ run: runId })).run
  }
}

/** Of the photos that no training has seen. */
async function judge({ studio, jury }: Project, run: RunSummary): Promise<{ loss: number; accuracy: number }> {
  if (run.test === null) return { loss: Infinity, accuracy: 0 }
  const names = new Map((await studio.client.classes.list()).map(({ id, name }) => [id, name]))
  const answers = await studio.client.runs.predict({ run: run.id, files: jury.map(({ path }) => path) })
  const losses = answers.map(({ probabilities }, at) => {
    const own = probabilities.find((each) => each.class === names.get(jury[at]?.classId ?? 0))
    return -Math.log(Math.max(own?.probability ?? 0, 1e-12))
  })
  const right = answers.filter((answer, at) => answer.class === names.get(jury[at]?.classId ?? 0)).length
  return { loss: losses.reduce((sum, each) => sum + each, 0) / losses.length, accuracy: right / answers.length }
}

/** What the plant came to, by the jury, as verdict.ts says of heads; the reference is as much of the network, learned with the usual settings. */
async function verdictOf(project: Project, fault: Fault | null, run: RunSummary): Promise<string> {
  const judged = await judge(project, run)
  const { epochs } = await project.studio.client.runs.get({ run: run.id })
  // Right on what it learns from, and wrong by 15 points more often on what it has not seen: learned by heart.
  if (fault === 'overfitting') return (epochs.at(-1)?.trainAccuracy ?? 0) - judged.accuracy >= 0.15 ? fault : 'left out'
  if (fault === 'noisy-labels') return fault
  const { seed, splitSeed, shares } = run.recipe
  const { mode, blocks } = run.recipe
  const reference = Recipe.parse({ backbone, seed, splitSeed, shares, mode, blocks })
  const effect = compareLoss(judged.loss, (await judge(project, await train(project, reference))).loss)
  if (effect === 'harm') return fault ?? 'left out'
  // What starts from nothing learns little of so few photos however it is trained: that is no sound training.
  return effect === 'none' && run.recipe.mode !== 'scratch' ? 'sound' : 'left out'
}

async function tryCase(project: Project, name: string, number: number): Promise<Tried> {
  const { fault, recipe, noise = 0 } = cases[name] as Case
  const seed = 1 + number + 1000 * (50 + Object.keys(cases).indexOf(name))
  const random = makeRandom(seed)
  await label(project, noise, random)
  const shares = { train: 0.6, validation: 0.2, test: 0.2 }
  const run = await train(project, Recipe.parse({ backbone, ...recipe(random), seed, splitSeed: seed, shares }))
  const verdict = await verdictOf(project, fault, run)
  const title = `network-${name}-${number}`
  const evidence = gatherEvidence(project.studio.context.project().db, run.id)
  return { name: title, verdict, line: verdict === 'left out' ? null : libraryLine(title, verdict === 'sound' ? null : verdict, evidence) }
}

const done = new Map<string, Tried>()
if (existsSync(kept))
  for (const text of readFileSync(kept, 'utf8').trim().split('\n')) done.set((JSON.parse(text) as Tried).name, JSON.parse(text) as Tried)
for (const [at, set] of (['cats-dogs', 'waste'] as const).entries()) {
  const studio = await testStudio()
  try {
    mkdirSync(join(studio.context.dataDir, 'engines'), { recursive: true })
    symlinkSync(join(root, '.cache/test-native/engines/tfjs-node-gpu'), join(studio.context.dataDir, 'engines', 'tfjs-node-gpu'))
    const project = await openSet(studio, set)
    for (let number = at; number < 14; number += 2) {
      for (const name of Object.keys(cases).filter(
        (each) => number < (cases[each]?.count ?? 0) && !done.has(`network-${each}-${number}`),
      )) {
        const tried = await tryCase(project, name, number)
        done.set(tried.name, tried)
        appendFileSync(kept, `${JSON.stringify(tried)}\n`)
        stdout.write(`${tried.name}: ${tried.verdict}\n`)
      }
    }
  } finally {
    await studio.close()
  }
}
const file = join(root, 'src/main/core/coach/library/curves.jsonl')
const heads = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .filter((line) => !line.startsWith('{"name":"network-'))
writeFileSync(file, `${[...heads, ...[...done.values()].flatMap(({ line }) => line ?? [])].join('\n')}\n`)
