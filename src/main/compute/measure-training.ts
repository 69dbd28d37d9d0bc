import type { TrainingTasks } from '../contract/worker/training-tasks.ts'
import { tailOf } from './convert/cut-network.ts'
import { readNetwork } from './convert/network-files.ts'
import { plainMoments } from './engines/measure-moments.ts'
import { TrainableNetwork } from './engines/trainable-network.ts'
import { chooseTrainingEngine } from './engines/training-engine.ts'
import { releaseUnused } from './engines/webgpu-backend.ts'
import { makeRandom } from './random.ts'
import { makeScratchNetwork } from './scratch-network.ts'

type Task = TrainingTasks['measureTraining']

/** Steps are repeated for so long, and at least twice. */
const enoughMs = 1200

/** Milliseconds of one call, after one that does not count: it makes room and starts threads. The fastest of several, because others only disturb. */
async function msOf(once: () => Promise<unknown>): Promise<number> {
  await once()
  const startedAt = performance.now()
  let best = Infinity
  for (let calls = 0; calls < 2 || performance.now() - startedAt < enoughMs; calls++) {
    const from = performance.now()
    await once()
    best = Math.min(best, performance.now() - from)
  }
  return best
}

/** The task `measureTraining`: a few steps, and a few answers without learning, on pictures of noise. Throws what `chooseTrainingEngine` and `readNetwork` throw. */
export async function measureTraining({
  network: from,
  engine: choice,
  batchSize,
  classCount,
  batchNorm,
}: Task['input']): Promise<Task['result']> {
  const { chosen } = await chooseTrainingEngine(choice)
  const network = from.kind === 'scratch' ? makeScratchNetwork(from.inputSizePx, 1) : await readNetwork(from.backbone)
  const { ops, input } = tailOf(network, from.kind === 'scratch' ? 'pixels' : (from.backbone.cut ?? 'pixels'))
  const dim = network.topology.featureDim
  const head = {
    means: new Float32Array(dim),
    deviation: 1,
    weights: new Float32Array(dim * classCount),
    bias: new Float32Array(classCount),
  }
  const settings = { optimiser: 'adam', learningRate: 1e-4, bodyRate: 0.1 } as const
  const model = new TrainableNetwork(chosen.tf, {
    ops,
    input,
    weights: network.weights,
    head,
    settings,
    moments: batchNorm === 'trained' ? plainMoments(ops) : null,
  })
  try {
    const random = makeRandom(1)
    const values = Float32Array.from({ length: batchSize * input.height * input.width * input.channels }, () => 2 * random() - 1)
    const classes = Int32Array.from({ length: batchSize }, (_, row) => row % classCount)
    const learnsMs = await msOf(() => model.step(values, classes))
    const answersMs = await msOf(() => model.logits(values, batchSize))
    return { engine: chosen.engine, learnsPerSecond: (batchSize * 1000) / learnsMs, answersPerSecond: (batchSize * 1000) / answersMs }
  } finally {
    model.dispose()
    releaseUnused(chosen.tf)
  }
}
