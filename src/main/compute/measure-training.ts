import type { RowChanges } from '../contract/augmentation.ts'
import type { TrainingTasks } from '../contract/worker/training-tasks.ts'
import { shapeAt } from './convert/cut-network.ts'
import { readNetwork } from './convert/network-files.ts'
import type { Network } from './convert/network.ts'
import { packPixels } from './engines/pixels-extractor.ts'
import { chooseTrainingEngine } from './engines/training-engine.ts'
import { releaseUnused } from './engines/webgpu-backend.ts'
import { activationRows, pixelRows, type NetworkRows } from './network-rows.ts'
import { makeRandom } from './random.ts'
import { makeScratchNetwork } from './scratch-network.ts'
import type { NetworkTask } from './network-task.ts'
import { trainNetwork } from './train-network.ts'

type Task = TrainingTasks['measureTraining']

/** Steps of the first trial, which makes room, starts threads, and says how many images the second may take. */
const stepsOfFirst = 2
/** What the second one should take; where the first took as long, it has to do. */
const enoughSeconds = 2
const epochsOfSecond = 2
const mostImages = 512

/** Rows of noise that are read, changed and scaled as those of a training are. `most`: how many are asked for at a time. */
function noiseRows(network: Network, cut: string, changes: RowChanges, most: number): NetworkRows {
  const random = makeRandom(1)
  const { height, width, channels } = shapeAt(network, cut)
  const length = height * width * channels
  if (cut === 'pixels') {
    const packed = packPixels(Uint8Array.from({ length: length * most }, () => 256 * random()))
    return pixelRows({ gather: (hashes) => packed.slice(0, (packed.length / most) * hashes.length) }, network, changes)
  }
  const values = Float32Array.from({ length: length * most }, () => 2 * random() - 1)
  return activationRows({ gather: (hashes) => values.slice(0, length * hashes.length) })
}

interface Trial {
  readonly images: number
  /** Of the last epoch. */
  readonly epochSeconds: number
  /** Everything but the epochs. */
  readonly aroundSeconds: number
}

/** Trains on noise, with parts as large in proportion as the training will have. */
async function tryTraining(
  task: Pick<NetworkTask, 'engine' | 'network' | 'classCount' | 'settings'>,
  phase: { readonly cut: string; readonly rows: NetworkRows; readonly epochs: number },
  images: number,
  { parts: { train, validation, test }, signal }: { readonly parts: Task['input']['parts']; readonly signal: AbortSignal },
): Promise<Trial> {
  const part = (share: number) => {
    const hashes = Array.from({ length: Math.max(1, Math.round((images * share) / train)) }, (_, row) => String(row))
    return { hashes, classes: Int32Array.from(hashes, (_, row) => row % task.classCount) }
  }
  const startedAt = performance.now()
  const durations: number[] = []
  await trainNetwork(
    {
      ...task,
      phases: [{ ...phase, rate: 1 }],
      train: part(train),
      validation: part(validation),
      judged: part(validation + test).hashes,
    },
    {
      signal,
      stopSignal: new AbortController().signal,
      emit: (event) => {
        if (event.kind === 'epoch') durations.push(event.report.durationMs)
      },
    },
  )
  const epochsMs = durations.reduce((sum, each) => sum + each, 0)
  return {
    images,
    epochSeconds: (durations.at(-1) ?? epochsMs) / 1000,
    aroundSeconds: (performance.now() - startedAt - epochsMs) / 1000,
  }
}

/**
 * The task `measureTraining`: the very training, short and on pictures of noise. Throws the signal's reason, and what `chooseTrainingEngine`, `readNetwork` and `trainNetwork`
 * throw.
 */
export async function measureTraining(
  { network: from, engine: choice, settings, classCount, parts }: Task['input'],
  signal: AbortSignal,
): Promise<Task['result']> {
  const startedAt = performance.now()
  const { chosen } = await chooseTrainingEngine(choice)
  const network = from.kind === 'scratch' ? makeScratchNetwork(from.inputSizePx, 1) : await readNetwork(from.backbone)
  const cut = from.kind === 'scratch' ? 'pixels' : (from.backbone.cut ?? 'pixels')
  const startSeconds = (performance.now() - startedAt) / 1000
  const rows = noiseRows(network, cut, settings.changes, settings.batchSize)
  // Small steps: noise teaches nothing, and must not lead anywhere.
  const task = { engine: chosen, network, classCount, settings: { ...settings, learningRate: 1e-6, patience: 0 } }
  try {
    const fewest = stepsOfFirst * settings.batchSize
    const first = await tryTraining(task, { cut, rows, epochs: 1 }, fewest, { parts, signal })
    const affordable = Math.round((first.images * enoughSeconds) / (epochsOfSecond * first.epochSeconds))
    const images = Math.min(mostImages, Math.max(fewest, affordable))
    const trial =
      first.epochSeconds > enoughSeconds ? first : await tryTraining(task, { cut, rows, epochs: epochsOfSecond }, images, { parts, signal })
    const { epochSeconds, aroundSeconds } = trial
    return { learnsPerSecond: trial.images / epochSeconds, aroundPerSecond: trial.images / aroundSeconds, startSeconds }
  } finally {
    releaseUnused(chosen.tf)
  }
}
