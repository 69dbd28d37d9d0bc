import { beforeAll, describe, expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import type { NetworkEvent, NetworkSettings } from '../contract/worker/training-tasks.ts'
import { frontOf } from './convert/cut-network.ts'
import { createNetworkBuilder } from './convert/network-builder.ts'
import type { Network } from './convert/network.ts'
import { openWasm } from './engines/wasm-extractor.ts'
import { checkTrainingEngine, type TrainingEngine } from './engines/training-engine.ts'
import { applyHead } from './head.ts'
import type { NetworkRows } from './network-rows.ts'
import { makeRandom } from './random.ts'
import { makeScratchNetwork } from './scratch-network.ts'
import { trainNetwork, type NetworkTask } from './train-network.ts'

const sizePx = 16
const classCount = 2
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

let wasm: TrainingEngine
async function engineOf(name: 'wasm' | 'tfjs-node-gpu'): Promise<TrainingEngine> {
  const check = await checkTrainingEngine(name, { threads: 1, nativeFolder })
  if (check.state !== 'passed') throw new Error(`${name} does not run here`)
  return check
}
beforeAll(async () => void (wasm = await engineOf('wasm')))

/** Pictures with a bright bar, upright or lying, somewhere in the noise: told apart by shape alone. */
const pictures: ReadonlyMap<string, Uint8Array> = new Map(
  Array.from({ length: 60 }, (_, index) => {
    const random = makeRandom(index)
    const pixels = Uint8Array.from({ length: sizePx * sizePx * 3 }, () => 60 * random())
    const at = Math.floor(random() * sizePx)
    for (let i = 0; i < sizePx; i++) for (let c = 0; c < 3; c++) pixels[(index % 2 === 0 ? i * sizePx + at : at * sizePx + i) * 3 + c] = 250
    return [`picture ${index}`, pixels] as const
  }),
)
const hashes = [...pictures.keys()]
const part = (from: number, to: number) => ({
  hashes: hashes.slice(from, to),
  classes: Int32Array.from({ length: to - from }, (_, index) => (from + index) % 2),
})

function pixelsOf(wanted: readonly string[]): Uint8Array {
  return Uint8Array.from(wanted.flatMap((hash) => [...(pictures.get(hash) ?? [])]))
}
function scaledRows(network: Network): NetworkRows {
  const { scale, offset } = network.topology.scaling
  const read = (wanted: readonly string[]): Float32Array => Float32Array.from(pixelsOf(wanted), (pixel) => pixel * scale + offset)
  return { read, readForLearning: read }
}

/** Two blocks with a cut between them. */
function blocks(): Network {
  const scratch = makeScratchNetwork(sizePx, 7)
  const builder = createNetworkBuilder({ ...scratch.topology, id: 'two-blocks' })
  const conv = (name: string, input: number, [inChannels, outChannels]: readonly [number, number], seedName: string): number => {
    const weights = scratch.weights.get(seedName)
    if (weights === undefined) throw new Error('no weights')
    return builder.conv({ name, input, kernelPx: 3, stride: 2, padding: 'same', activation: 'relu6', inChannels, outChannels, ...weights })
  }
  const first = conv('first', -1, [3, 32], 'conv0')
  builder.cut('stem', first)
  builder.pool('pool', conv('third', conv('second', first, [32, 64], 'conv1'), [64, 128], 'conv2'))
  return builder.build()
}

const settings: NetworkSettings = {
  epochs: 6,
  batchSize: 8,
  learningRate: 0.003,
  optimiser: 'adam',
  patience: 0,
  seed: 1,
  bodyRate: 1,
  headFirst: false,
  augmented: false,
}
function taskOf(changes: Partial<NetworkTask> = {}): NetworkTask {
  const network = changes.network ?? blocks()
  return {
    engine: wasm,
    network,
    cut: 'pixels',
    rows: scaledRows(network),
    classCount,
    train: part(0, 40),
    validation: part(40, 50),
    judged: hashes.slice(40),
    settings,
    ...changes,
  }
}
async function run(
  task: NetworkTask,
  controllers = { abort: new AbortController(), stop: new AbortController() },
  onEvent?: (event: NetworkEvent) => void,
) {
  const events: NetworkEvent[] = []
  const emit = (event: NetworkEvent): void => {
    events.push(event)
    onEvent?.(event)
  }
  const trained = await trainNetwork(task, { signal: controllers.abort.signal, stopSignal: controllers.stop.signal, emit })
  const epochs = events.flatMap((event): EpochReport[] => (event.kind === 'epoch' ? [event.report] : []))
  return { trained, events, epochs }
}
const losses = (epochs: readonly EpochReport[]): number[] => epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])

describe('training a network', () => {
  test('it learns what the untrained one does not know, and leaves no tensor behind', async () => {
    const before = wasm.tf.memory().numTensors
    const { epochs, trained } = await run(taskOf())
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6])
    expect(epochs.at(-1)?.trainLoss).toBeLessThan((epochs[0]?.trainLoss ?? 0) * 0.7)
    expect(epochs.at(-1)?.validationAccuracy).toBeGreaterThan(0.8)
    expect(trained.endedBecause).toBe('completed')
    expect(wasm.tf.memory().numTensors).toBe(before)
  })

  test('its answers are those of the network and the head that it gives back, on another way of computing them', async () => {
    const { trained } = await run(taskOf())
    const extractor = await openWasm(trained.network, 1)
    const judged = hashes.slice(40)
    const features = await extractor.extract(pixelsOf(judged), judged.length)
    await extractor.close()
    const expected = applyHead(trained.head, features)
    expect(Math.max(...expected.map((value, index) => Math.abs(value - (trained.probabilities[index] ?? NaN))))).toBeLessThan(1e-5)
  })

  test('what is before the cut stays as it was, what is after it learns', async () => {
    const network = blocks()
    const front = await openWasm(frontOf(network, 'stem'), 1)
    const values = new Map<string, Float32Array>()
    for (const hash of hashes) values.set(hash, (await front.extract(pixelsOf([hash]), 1)).slice())
    await front.close()
    const read = (wanted: readonly string[]): Float32Array => Float32Array.from(wanted.flatMap((hash) => [...(values.get(hash) ?? [])]))
    const { trained } = await run(
      taskOf({ network, cut: 'stem', rows: { read, readForLearning: read }, settings: { ...settings, headFirst: true } }),
    )
    expect(trained.network.weights.get('first')).toBe(network.weights.get('first'))
    expect(trained.network.weights.get('second')?.kernel).not.toEqual(network.weights.get('second')?.kernel)
    const whole = await openWasm(trained.network, 1)
    const judged = hashes.slice(40)
    const expected = applyHead(trained.head, await whole.extract(pixelsOf(judged), judged.length))
    await whole.close()
    expect(Math.max(...expected.map((value, index) => Math.abs(value - (trained.probabilities[index] ?? NaN))))).toBeLessThan(1e-5)
  })

  test('the same seed gives the same bits on one engine, another seed other ones', async () => {
    const [first, second, other] = [await run(taskOf()), await run(taskOf()), await run(taskOf({ settings: { ...settings, seed: 2 } }))]
    expect(losses(second.epochs)).toEqual(losses(first.epochs))
    expect(losses(other.epochs)).not.toEqual(losses(first.epochs))
  })

  test.skipIf(nativeFolder === null)('the same recipe on tfjs-node-gpu and on wasm gives the same losses to a thousandth', async () => {
    const onWasm = losses((await run(taskOf({ engine: await engineOf('wasm') }))).epochs)
    const onNative = losses((await run(taskOf({ engine: await engineOf('tfjs-node-gpu') }))).epochs)
    await engineOf('wasm')
    expect(onNative).toHaveLength(onWasm.length)
    for (const [index, loss] of onWasm.entries()) expect(Math.abs((onNative[index] ?? NaN) - loss)).toBeLessThan(1e-3 * Math.max(1, loss))
  })

  test('the best epoch is kept, and patience ends a training that no longer gets better', async () => {
    const { epochs, trained } = await run(taskOf({ settings: { ...settings, epochs: 40, patience: 2, learningRate: 0.02 } }))
    const best = epochs.reduce((least, each) => (each.validationLoss < least.validationLoss ? each : least))
    expect(trained.bestEpoch).toBe(best.epoch)
    if (trained.endedBecause === 'early-stopped') expect(epochs.length - best.epoch).toBe(2)
  })

  test('stopped, it ends after the epoch and keeps the best; cancelled, it gives nothing', async () => {
    const stop = new AbortController()
    const stopped = await run(taskOf(), { abort: new AbortController(), stop }, () => stop.abort())
    expect(stopped.epochs).toHaveLength(1)
    expect(stopped.trained.endedBecause).toBe('stopped-by-user')
    const abort = new AbortController()
    const before = wasm.tf.memory().numTensors
    await expect(run(taskOf(), { abort, stop: new AbortController() }, () => abort.abort(new Error('given up')))).rejects.toThrow(
      'given up',
    )
    expect(wasm.tf.memory().numTensors).toBe(before)
  })

  test('a learning rate that is far too high is told as such', async () => {
    await expect(run(taskOf({ settings: { ...settings, optimiser: 'sgd', learningRate: 1e38 } }))).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    })
  })
})

describe('memory that runs out', () => {
  /** As TensorFlow says it, for batches of more than `most` images. */
  function narrow(most: number): NetworkTask {
    const task = taskOf()
    const readForLearning = (wanted: readonly string[]): Float32Array => {
      if (wanted.length > most) throw new Error(`OOM when allocating tensor with shape[${wanted.length},16,16,3]`)
      return task.rows.read(wanted)
    }
    return { ...task, rows: { ...task.rows, readForLearning } }
  }

  test('halves the batch, tries the epoch again from its beginning, and says so', async () => {
    const { events, epochs } = await run(narrow(4))
    expect(events[0]).toEqual({ kind: 'batch-halved', from: 8, to: 4 })
    expect(epochs).toHaveLength(6)
    expect(epochs.at(-1)?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0)
  })

  test('is told with the batch that was tried when half of it is too much as well', async () => {
    await expect(run(narrow(2))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', details: { engine: 'wasm', batchSize: 4 } })
  })
})
