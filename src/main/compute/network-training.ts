import { StudioError } from '../contract/errors.ts'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { DeeperPhase, FeatureCache, NetworkEvent, TrainingRow, TrainingTasks } from '../contract/worker/training-tasks.ts'
import { readNetwork, writeNetwork } from './convert/network-files.ts'
import type { Network } from './convert/network.ts'
import { chooseTrainingEngine } from './engines/training-engine.ts'
import { releaseUnused } from './engines/webgpu-backend.ts'
import type { FeatureFile } from './feature-file.ts'
import { activationRows, pixelRows } from './network-rows.ts'
import { makeScratchNetwork } from './scratch-network.ts'
import { isOutOfMemory } from './out-of-memory.ts'
import { TrainingCheckpoints, TrainingPaused } from './training-checkpoint.ts'
import type { LabelledImages, TrainingPhase } from './network-task.ts'
import { suggestRate } from './rate-sweep.ts'
import { sweepNetwork, trainNetwork } from './train-network.ts'

type Task = TrainingTasks['trainNetwork']

function labelled(rows: readonly TrainingRow[], part: TrainingRow['part']): LabelledImages {
  const own = rows.filter((row) => row.part === part)
  return { hashes: own.map(({ hash }) => hash), classes: Int32Array.from(own, ({ classIndex }) => classIndex) }
}

/**
 * The task `trainNetwork`: trains a network on an engine that has passed its self-test, and writes it with its new weights into `folder`, which
 * exists and is empty. `open` gives the files of what comes in at the cuts. Throws what `chooseTrainingEngine`, `readNetwork` and `trainNetwork` throw.
 */
export async function runNetworkTraining(
  { network: from, cache, variants, deeper, engine: choice, rows, classCount, settings, folder, checkpoint }: Task['input'],
  open: (cache: FeatureCache) => FeatureFile,
  context: TaskContext<NetworkEvent>,
): Promise<Task['result']> {
  const startedAt = performance.now()
  const { chosen, skipped } = await chooseTrainingEngine(choice)
  const inUse = { engine: chosen.engine, version: chosen.version, device: chosen.device, skipped }
  context.emit({ kind: 'engine', engine: inUse })
  const network: Network = from.kind === 'scratch' ? makeScratchNetwork(from.inputSizePx, settings.seed) : await readNetwork(from.backbone)
  const cut = from.kind === 'scratch' ? 'pixels' : from.backbone.cut
  if (cut === undefined) throw new StudioError('INTERNAL', { message: 'it is not said which part of the network learns' })
  const startSeconds = (performance.now() - startedAt) / 1000
  const phaseOf = (phaseCut: string, from: Pick<DeeperPhase, 'cache' | 'variants'>, epochs: number, rate: number): TrainingPhase => ({
    cut: phaseCut,
    rows:
      phaseCut === 'pixels'
        ? pixelRows(open(from.cache), network, settings.changes)
        : activationRows(open(from.cache), from.variants.map(open)),
    epochs,
    rate,
  })
  const judged = rows.filter(({ part }) => part !== 'train')
  const trained = await trainNetwork(
    {
      engine: chosen,
      network,
      phases: [
        phaseOf(cut, { cache, variants }, settings.epochs, 1),
        ...(deeper === null ? [] : [phaseOf(deeper.cut, deeper, deeper.epochs, deeper.rate)]),
      ],
      classCount,
      train: labelled(rows, 'train'),
      validation: labelled(rows, 'validation'),
      judged: judged.map(({ hash }) => hash),
      settings,
      checkpoints: new TrainingCheckpoints(checkpoint, context.pauseSignal, (error) =>
        context.emit({ kind: 'not-kept', reason: String(error) }),
      ),
    },
    context,
  )
    .catch((error: unknown) => {
      if (error instanceof TrainingPaused) return null
      // Of an epoch it is told already; memory runs out before the first one as well.
      if (error instanceof StudioError || !isOutOfMemory(error)) throw error
      throw new StudioError('OUT_OF_MEMORY', { engine: chosen.engine, batchSize: settings.batchSize }, { cause: error })
    })
    .finally(() => releaseUnused(chosen.tf))
  if (trained === null) return { endedBecause: 'paused' }
  const { hash } = await writeNetwork(folder, trained.network)
  const { probabilities, bestEpoch, epochs, endedBecause, head } = trained
  return {
    head,
    startSeconds,
    bestEpoch,
    epochs,
    endedBecause,
    network: { hash, inputSizePx: network.topology.inputSizePx, featureDim: network.topology.featureDim },
    engine: inUse,
    predictions: judged.map((row, index) => ({
      hash: row.hash,
      part: row.part,
      probabilities: probabilities.slice(index * classCount, (index + 1) * classCount),
    })),
    seconds: (performance.now() - startedAt) / 1000,
  }
}

/** The task `findRate` for more than a head. Throws what `chooseTrainingEngine`, `readNetwork` and `trainNetwork` throw. */
export async function findNetworkRate(
  { network: from, engine: choice, rows, classCount, settings }: Extract<TrainingTasks['findRate']['input'], { kind: 'network' }>,
  file: FeatureFile,
  signal: AbortSignal,
): Promise<TrainingTasks['findRate']['result']> {
  const { chosen } = await chooseTrainingEngine(choice)
  const network: Network = from.kind === 'scratch' ? makeScratchNetwork(from.inputSizePx, settings.seed) : await readNetwork(from.backbone)
  const cut = from.kind === 'scratch' ? 'pixels' : (from.backbone.cut ?? 'pixels')
  const task = {
    engine: chosen,
    network,
    phases: [{ cut, rows: cut === 'pixels' ? pixelRows(file, network, settings.changes) : activationRows(file), epochs: 1, rate: 1 }],
    classCount,
    train: labelled(rows, 'train'),
    validation: labelled(rows, 'validation'),
    judged: [],
    settings,
  } as const
  try {
    const points = await sweepNetwork(task, { signal, stopSignal: new AbortController().signal, emit: () => undefined })
    return { points, suggestion: suggestRate(points) }
  } catch (error) {
    if (error instanceof StudioError || !isOutOfMemory(error)) throw error
    throw new StudioError('OUT_OF_MEMORY', { engine: chosen.engine, batchSize: settings.batchSize }, { cause: error })
  } finally {
    releaseUnused(chosen.tf)
  }
}
