import { availableParallelism } from 'node:os'
import { env } from 'node:process'
import type { ExtractorWanted } from '../contract/engines.ts'
import type { StudioSettings } from '../contract/project.ts'
import type { RateFinding } from '../contract/rate-finder.ts'
import type { Predicted } from '../contract/worker/nearness-task.ts'
import type { TaskHandlers } from '../contract/worker/protocol.ts'
import type { ExtractionLayout, FeatureCache, Head, TrainingResult, TrainingRow, TrainingTasks } from '../contract/worker/training-tasks.ts'
import { extractFeatures } from './extract.ts'
import { FeatureFile } from './feature-file.ts'
import { applyHead } from './head.ts'
import { LaneKeeper, type LaneSet } from './lane-keeper.ts'
import type { LanesSettings } from './lanes.ts'
import { LearnedRows, nearnessIn, nearnessOf, unitRows } from './nearness.ts'
import { trainHead } from './train-head.ts'

/** Network inputs that travel to a lane together. */
const picturesPerBatch = 8

/** What lanes are made for: `GRAFT_THREADS` and `GRAFT_ENGINE` where they say something, else the settings, else all cores and any engine. */
function extractionFor(settings: StudioSettings | undefined, layout?: ExtractionLayout): LanesSettings {
  const threads = Number(env['GRAFT_THREADS'])
  const named = engineNames.find((name) => name === env['GRAFT_ENGINE'])
  return {
    wanted: named ?? settings?.extraction ?? 'auto',
    threads: Number.isInteger(threads) && threads > 0 ? threads : (settings?.threads ?? availableParallelism()),
    layout,
  }
}
/** Written out, because a worker starts without loading the contract. */
const engineNames: readonly ExtractorWanted[] = ['auto', 'webgpu', 'onnxruntime', 'wasm']

/** Feature files that this process has opened: their index is kept, the file is not held open. */
class FeatureFiles {
  readonly #opened = new Map<string, FeatureFile>()

  open({ path, dim }: FeatureCache): FeatureFile {
    const before = this.#opened.get(path)
    if (before !== undefined && before.dim === dim && before.isCurrent()) return before
    const file = FeatureFile.open(path, dim)
    this.#opened.set(path, file)
    return file
  }
}

function rowsOf(file: FeatureFile, rows: readonly TrainingRow[]): { features: Float32Array; classes: Int32Array } {
  return { features: file.gather(rows.map(({ hash }) => hash)), classes: Int32Array.from(rows, ({ classIndex }) => classIndex) }
}

/** Those of every look, one look after the other: row-major [looks, rows, dim]. */
function looksOf(looks: readonly FeatureFile[], rows: readonly TrainingRow[]): ReturnType<typeof rowsOf> {
  const [plain, ...changed] = looks.map((file) => rowsOf(file, rows))
  if (plain === undefined) throw new RangeError('there is no look')
  if (changed.length === 0) return plain
  const features = new Float32Array(looks.length * plain.features.length)
  for (const [look, each] of [plain, ...changed].entries()) features.set(each.features, look * plain.features.length)
  return { features, classes: plain.classes }
}

async function train(
  [file, ...variants]: readonly [FeatureFile, ...FeatureFile[]],
  { classCount, rows, settings }: TrainingTasks['train']['input'],
  context: Parameters<TaskHandlers<TrainingTasks>['train']>[1],
): Promise<TrainingResult> {
  const startedAt = performance.now()
  const part = (name: TrainingRow['part']): readonly TrainingRow[] => rows.filter((row) => row.part === name)
  const trained = await trainHead(
    {
      dim: file.dim,
      classCount,
      train: looksOf([file, ...variants], part('train')),
      validation: rowsOf(file, part('validation')),
      settings,
    },
    context,
  )
  const judged = rows.filter((row) => row.part !== 'train')
  const probabilities = applyHead(trained.head, file.gather(judged.map(({ hash }) => hash)))
  return {
    ...trained,
    predictions: judged.map((row, index) => ({
      hash: row.hash,
      part: row.part,
      probabilities: probabilities.slice(index * classCount, (index + 1) * classCount),
    })),
    seconds: (performance.now() - startedAt) / 1000,
  }
}

async function findRate(file: FeatureFile, input: TrainingTasks['findRate']['input'], signal: AbortSignal): Promise<RateFinding> {
  if (input.kind === 'network') return (await import('./network-training.ts')).findNetworkRate(input, file, signal)
  const learned = input.rows.filter(({ part }) => part === 'train')
  const work = { dim: file.dim, classCount: input.classCount, rows: rowsOf(file, learned), rule: input.settings }
  return (await import('./find-head-rate.ts')).findHeadRate(work, signal)
}

/** `learned`: rows of length 1 that nearness is measured to; null: it is not. */
async function predict(lanes: LaneSet, head: Head, pixels: readonly Uint8Array[], learned: Float32Array | null): Promise<Predicted[]> {
  const batches: Uint8Array[][] = []
  // Copied, because what arrives are views into one large message, which would be sent to the thread whole with each of them.
  for (let from = 0; from < pixels.length; from += picturesPerBatch)
    batches.push(pixels.slice(from, from + picturesPerBatch).map((picture) => new Uint8Array(picture)))
  const results = await Promise.all(batches.map((batch) => lanes.run(batch)))
  return results.flatMap(({ features }) =>
    Array.from({ length: features.length / head.dim }, (_, row) => {
      const own = features.subarray(row * head.dim, (row + 1) * head.dim)
      const nearness = learned === null || learned.length === 0 ? null : (nearnessOf(unitRows(own, head.dim), learned, head.dim)[0] ?? null)
      return { probabilities: applyHead(head, own), nearness }
    }),
  )
}

/**
 * What the training worker can do. `laneEntry` is the program of the threads that extract features. Engines and formats are only loaded
 * by the tasks that need them: training on cached features starts at once.
 */
export function trainingTasks(laneEntry: URL): TaskHandlers<TrainingTasks> {
  const keeper = new LaneKeeper(laneEntry)
  const files = new FeatureFiles()
  const kept = new LearnedRows()

  return {
    engines: async ({ wanted, settings }) =>
      (await import('./engines/engine.ts')).describeEngines(wanted === 'auto' ? extractionFor(settings).wanted : wanted),
    convertBackbone: async (input) => (await import('./convert/convert-backbone.ts')).convertBackbone(input),
    describeNetwork: async ({ backbone }) => (await import('./convert/describe-network.ts')).describeNetwork(backbone),
    cached: async ({ cache, hashes }) => {
      const file = files.open(cache)
      return { missing: hashes.filter((hash) => !file.has(hash)) }
    },
    extract: ({ backbone: { variation, ...backbone }, cache, images, settings, layout }, context) =>
      keeper.use(backbone, extractionFor(settings, layout), (lanes) =>
        extractFeatures(images, files.open(cache), lanes, variation, context),
      ),
    rankSimilar: async ({ cache, ...wanted }, { signal }) =>
      (await import('./similar/rank-similar.ts')).rankSimilar(files.open(cache), wanted, signal),
    nearPairs: async ({ cache, ...wanted }, context) =>
      (await import('./similar/near-pairs.ts')).findNearPairs(files.open(cache), wanted, context),
    layOutMap: async ({ cache, ...wanted }, context) =>
      (await import('./similar/lay-out-map.ts')).layOutMap(files.open(cache), wanted, context),
    train: async (input, context) => train([files.open(input.cache), ...input.variants.map((cache) => files.open(cache))], input, context),
    fitTemperature: async (input) => (await import('./fit-temperature.ts')).fitTemperature(input),
    checkLabels: async (input, context) =>
      (await import('./wrong-labels/check-labels.ts')).checkLabels(files.open(input.cache), input, context),
    learningCurve: async (input, context) =>
      (await import('./learning-curve/learning-curve.ts')).measureLearningCurves(files.open(input.cache), input, context),
    scoreFeatures: async (input, { signal }) =>
      (await import('./adviser/score-features.ts')).scoreFeatures(files.open(input.cache), input, signal),
    suggest: async (input, context) => (await import('./suggest.ts')).suggestClasses(files.open(input.cache), input, context),
    measureCut: async (input) => (await import('./convert/describe-network.ts')).measureCut(input),
    trainNetwork: async (input, context) =>
      (await import('./network-training.ts')).runNetworkTraining(input, (cache) => files.open(cache), context),
    findRate: (input, { signal }) => findRate(files.open(input.cache), input, signal),
    measureHead: async (input) => (await import('./measure-head.ts')).measureHead(input),
    measureTraining: async (input, { signal }) => (await import('./measure-training.ts')).measureTraining(input, signal),
    expectTraining: async (choice) => (await import('./engines/training-engine.ts')).expectTrainingEngine(choice),
    testEngine: async ({ engine, nativeFolder, threads }) => {
      const { checkTrainingEngine } = await import('./engines/training-engine.ts')
      const check = await checkTrainingEngine(engine, { nativeFolder, threads })
      if (check.state !== 'passed') return check
      const { state, version, device, difference } = check
      return { engine, state, version, device, difference }
    },
    calibrate: async ({ backbone, int8, settings }, context) => {
      const { wanted, threads } = extractionFor(settings)
      // Sessions and threads are the processor's: a graphics card is one device.
      const options = { entry: laneEntry, wanted: wanted === 'webgpu' ? 'auto' : wanted, threads } as const
      return (await import('./calibrate.ts')).calibrate({ backbone, int8 }, options, context)
    },
    nearness: ({ learned, asked }) => Promise.resolve(nearnessIn(files.open(learned.cache), kept, learned, asked)),
    predict: ({ backbone, head, pixels, learned, settings, layout }) =>
      keeper.use(backbone, extractionFor(settings, layout), (lanes) =>
        predict(lanes, head, pixels, learned === null ? null : kept.read(files.open(learned.cache), learned)),
      ),
    exportTfjs: async (input, context) => (await import('./export-tfjs.ts')).exportTfjs(input, context),
    runExport: async (input, context) => (await import('./run-export.ts')).runExport(input, context),
  }
}
