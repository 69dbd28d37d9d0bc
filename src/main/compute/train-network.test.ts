import { beforeAll, describe, expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import { plainLearning, type NetworkEvent, type NetworkSettings } from '../contract/worker/training-tasks.ts'
import { frontOf } from './convert/cut-network.ts'
import { createNetworkBuilder } from './convert/network-builder.ts'
import { scaledTone, type Network } from './convert/network.ts'
import { openTfjs } from './engines/tfjs-extractor.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './engines/software-adapter-for-tests.ts'
import { checkTrainingEngine, type TrainingEngine } from './engines/training-engine.ts'
import { applyHead } from './head.ts'
import type { NetworkRows } from './network-rows.ts'
import { makeRandom } from './random.ts'
import { makeScratchNetwork } from './scratch-network.ts'
import type { NetworkTask, TrainedNetwork, TrainingPhase } from './network-task.ts'
import { trainNetwork } from './train-network.ts'

const sizePx = 16
const classCount = 2
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

let wasm: TrainingEngine
async function engineOf(name: TrainingEngine['engine']): Promise<TrainingEngine> {
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
  const { scaling } = network.topology
  const read = (wanted: readonly string[]): Float32Array =>
    Float32Array.from(pixelsOf(wanted), (pixel, at) => scaledTone(scaling, pixel, at % 3))
  return { read, readForLearning: read }
}

/** Three convolutions with a cut after each of the first two. */
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
  const second = conv('second', first, [32, 64], 'conv1')
  builder.cut('block1', second)
  builder.pool('pool', conv('third', second, [64, 128], 'conv2'))
  return builder.build()
}

/** What comes out at a cut for each picture, as it is extracted before a training. */
async function rowsAt(network: Network, cut: string): Promise<NetworkRows> {
  const front = await openTfjs('wasm', frontOf(network, cut), 1)
  const values = new Map<string, Float32Array>()
  for (const hash of hashes) values.set(hash, (await front.extract(pixelsOf([hash]), 1)).slice())
  await front.close()
  const read = (wanted: readonly string[]): Float32Array => Float32Array.from(wanted.flatMap((hash) => [...(values.get(hash) ?? [])]))
  return { read, readForLearning: read }
}

const settings: Omit<NetworkSettings, 'epochs'> = {
  ...plainLearning,
  batchSize: 8,
  learningRate: 0.003,
  optimiser: 'adam',
  patience: 0,
  seed: 1,
  bodyRate: 1,
  blockRates: 'even',
  headEpochs: 0,
  changes: null,
  batchNorm: 'frozen',
}
const phaseOf = (rows: NetworkRows, changes: Partial<TrainingPhase> = {}): TrainingPhase => ({
  cut: 'pixels',
  rows,
  epochs: 6,
  rate: 1,
  ...changes,
})
function taskOf(changes: Partial<NetworkTask> = {}): NetworkTask {
  const network = changes.network ?? blocks()
  return {
    engine: wasm,
    network,
    phases: [phaseOf(scaledRows(network))],
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
/** The network that was given back answers through the extractor as the training says it did. */
async function expectSameAnswers({ network, head, probabilities }: TrainedNetwork): Promise<void> {
  const extractor = await openTfjs('wasm', network, 1)
  const judged = hashes.slice(40)
  const answers = applyHead(head, await extractor.extract(pixelsOf(judged), judged.length))
  await extractor.close()
  expect(Math.max(...answers.map((value, index) => Math.abs(value - (probabilities[index] ?? NaN))))).toBeLessThan(1e-5)
}
/** The validation loss that these answers stand for; the validation photos come first among those that are judged. */
function lossOf({ probabilities }: TrainedNetwork): number {
  const { classes } = part(40, 50)
  const losses = Array.from(classes, (own, row) => -Math.log(probabilities[row * classCount + own] ?? NaN))
  return losses.reduce((sum, loss) => sum + loss, 0) / classes.length
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
    await expectSameAnswers(trained)
  })

  test('what is before the cut stays as it was, what is after it learns', async () => {
    const network = blocks()
    const phase = phaseOf(await rowsAt(network, 'stem'), { cut: 'stem' })
    const { trained } = await run(taskOf({ network, phases: [phase], settings: { ...settings, headEpochs: 30 } }))
    expect(trained.network.weights.get('first')).toBe(network.weights.get('first'))
    expect(trained.network.weights.get('second')?.kernel).not.toEqual(network.weights.get('second')?.kernel)
    await expectSameAnswers(trained)
  })

  test('the same seed gives the same bits on one engine, another seed other ones', async () => {
    const [first, second, other] = [await run(taskOf()), await run(taskOf()), await run(taskOf({ settings: { ...settings, seed: 2 } }))]
    expect(losses(second.epochs)).toEqual(losses(first.epochs))
    expect(losses(other.epochs)).not.toEqual(losses(first.epochs))
  })

  test.skipIf(!hasSoftwareAdapter)(
    'on webgpu they are the same to 1e-5; a card that goes away ends the run, and the next run is as ever',
    async () => {
      allowSoftwareAdapter()
      const few = { train: part(0, 16), validation: part(40, 46), judged: hashes.slice(40, 44) }
      const once = { ...few, phases: [phaseOf(scaledRows(blocks()), { epochs: 1 })] as const }
      const onWasm = losses((await run(taskOf({ engine: await engineOf('wasm'), ...once }))).epochs)
      const webgpu = await engineOf('webgpu')
      const reports: EpochReport[] = []
      const lost = run(taskOf({ engine: webgpu, ...few }), undefined, (event) => {
        if (event.kind === 'epoch') reports.push(event.report)
        ;(webgpu.tf.backend() as unknown as { device: GPUDevice }).device.destroy()
      })
      await expect(lost).rejects.toMatchObject({ code: 'ENGINE_LOST', details: { engine: 'webgpu' } })
      const afterwards = (await run(taskOf({ engine: await engineOf('webgpu'), ...once }))).epochs
      await engineOf('wasm')
      for (const onWebgpu of [losses(reports), losses(afterwards)]) {
        expect(onWebgpu).toHaveLength(2)
        for (const [index, loss] of onWebgpu.entries()) expect(Math.abs((onWasm[index] ?? NaN) - loss)).toBeLessThan(1e-5)
      }
    },
  )

  test('the best epoch is kept, and patience ends a training that no longer gets better', async () => {
    const phases = [phaseOf(scaledRows(blocks()), { epochs: 40 })] as const
    const { epochs, trained } = await run(taskOf({ phases, settings: { ...settings, patience: 2, learningRate: 0.02 } }))
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

  test('a schedule goes on with every step, and anew in a second phase', async () => {
    const rows = scaledRows(blocks())
    // A step an epoch, of Adam, which has no memory of a rate: the first of one cycle takes a 25th.
    const once = async (schedule: NetworkSettings['schedule'], learningRate: number, epochs: readonly [number, ...number[]]) => {
      const [first, ...others] = epochs.map((each) => phaseOf(rows, { epochs: each }))
      const phases = [first!, ...others] as const
      return (await run(taskOf({ phases, settings: { ...settings, batchSize: 40, schedule, learningRate } }))).epochs
    }
    const [cycled, constant] = [await once('one-cycle', 0.05, [1, 1]), await once('constant', 0.002, [1, 1])]
    expect(cycled).toHaveLength(2)
    for (const [index, loss] of losses(cycled).entries()) expect(loss).toBeCloseTo(losses(constant)[index] ?? NaN, 6)
    const inOneEpoch = async (schedule: NetworkSettings['schedule']) =>
      losses((await run(taskOf({ phases: [phaseOf(rows, { epochs: 1 })], settings: { ...settings, schedule } }))).epochs)
    expect(await inOneEpoch('cosine')).not.toEqual(await inOneEpoch('constant'))
  })

  test('labels are smoothed and classes weighted in what is learned from, and not in what chooses the epoch', async () => {
    const phases = [phaseOf(scaledRows(blocks()), { epochs: 1 })] as const
    // Three of four are upright.
    const rows = part(0, 60)
    const chosen = [...rows.classes.keys()].filter((row) => rows.classes[row] === 0 || row % 3 === 0)
    const train = { hashes: chosen.map((row) => rows.hashes[row]!), classes: Int32Array.from(chosen, (row) => rows.classes[row]!) }
    expect(train.classes.filter((own) => own === 1)).toHaveLength(10)
    const first = async (changes: Partial<NetworkSettings>) =>
      (await run(taskOf({ phases, train, settings: { ...settings, batchSize: 40, learningRate: 1e-6, ...changes } }))).epochs[0]!
    const [plain, smooth, balanced] = [await first({}), await first({ labelSmoothing: 0.2 }), await first({ classWeights: 'balanced' })]
    // A head without weights answers with the class counts, 0.75 and 0.25; weighted, with a half each.
    const [often, rarely] = [-Math.log(0.75), -Math.log(0.25)]
    expect(plain.trainLoss).toBeCloseTo(0.75 * often + 0.25 * rarely, 4)
    expect(smooth.trainLoss).toBeCloseTo(0.75 * (0.9 * often + 0.1 * rarely) + 0.25 * (0.9 * rarely + 0.1 * often), 4)
    expect(balanced.trainLoss).toBeCloseTo(Math.log(2), 4)
    expect(plain.validationLoss).toBeCloseTo(0.5 * often + 0.5 * rarely, 3)
    expect(smooth.validationLoss).toBeCloseTo(plain.validationLoss, 3)
    expect(balanced.validationLoss).toBeCloseTo(Math.log(2), 3)
  })

  test('a learning rate that is far too high is told as such', async () => {
    await expect(run(taskOf({ settings: { ...settings, optimiser: 'sgd', learningRate: 1e38 } }))).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    })
  })
})

describe('a second phase', () => {
  const network = blocks()
  let first: TrainingPhase
  let second: TrainingPhase
  beforeAll(async () => {
    first = phaseOf(await rowsAt(network, 'block1'), { cut: 'block1', epochs: 4 })
    second = phaseOf(await rowsAt(network, 'stem'), { cut: 'stem', epochs: 3, rate: 0.5 })
  })
  const deeperTask = (changes: Partial<NetworkTask> = {}): NetworkTask => taskOf({ network, phases: [first, second], ...changes })

  test('begins with the best weights of the first, counts its epochs on, and lets more learn', async () => {
    const before = wasm.tf.memory().numTensors
    const alone = await run(deeperTask({ phases: [first] }))
    expect(alone.trained.network.weights.get('second')).toBe(network.weights.get('second'))
    const { trained, epochs, events } = await run(deeperTask())
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(losses(epochs.slice(0, 4))).toEqual(losses(alone.epochs))
    expect(events[4]).toEqual({ kind: 'deeper', epoch: 5 })
    expect(trained.epochs).toEqual([4, 3])
    expect(trained.network.weights.get('first')).toBe(network.weights.get('first'))
    expect(trained.network.weights.get('second')?.kernel).not.toEqual(network.weights.get('second')?.kernel)
    await expectSameAnswers(trained)
    // With steps of next to nothing it says what the best epoch of the first said.
    const still = await run(deeperTask({ phases: [first, { ...second, rate: 1e-7 }] }))
    expect(still.epochs[4]?.validationLoss).toBeCloseTo(Math.min(...alone.epochs.map(({ validationLoss }) => validationLoss)), 4)
    expect(wasm.tf.memory().numTensors).toBe(before)
  })

  test('goes as far as the pictures themselves', async () => {
    const { trained } = await run(deeperTask({ phases: [first, phaseOf(scaledRows(network), { epochs: 3 })] }))
    expect(trained.network.weights.get('first')?.kernel).not.toEqual(network.weights.get('first')?.kernel)
    await expectSameAnswers(trained)
  })

  test('reads nothing of what the first phase needs, and the first nothing of its own', async () => {
    let phase = 1
    const onlyIn = (own: number, rows: NetworkRows): NetworkRows => {
      const read = (wanted: readonly string[]): Float32Array => {
        expect(phase).toBe(own)
        return rows.read(wanted)
      }
      return { read, readForLearning: read }
    }
    const phases = [
      { ...first, rows: onlyIn(1, first.rows) },
      { ...second, rows: onlyIn(2, second.rows) },
    ] as const
    const { epochs, trained } = await run(deeperTask({ phases }), undefined, ({ kind }) => {
      if (kind === 'deeper') phase = 2
    })
    expect(epochs).toHaveLength(7)
    expect(trained.bestEpoch).toBeGreaterThan(4)
  })

  test('that only spoils leaves the best epoch of the first, with its network', async () => {
    const { trained, epochs } = await run(deeperTask({ phases: [first, { ...second, rate: 300 }] }))
    const best = epochs.reduce((least, each) => (each.validationLoss < least.validationLoss ? each : least))
    expect(best.epoch).toBeLessThanOrEqual(4)
    expect(trained.bestEpoch).toBe(best.epoch)
    expect(trained.network.weights.get('second')).toBe(network.weights.get('second'))
    expect(lossOf(trained)).toBeCloseTo(best.validationLoss, 5)
    await expectSameAnswers(trained)
  })

  test('follows a first one that patience has ended, and has a patience of its own', async () => {
    const phases = [
      { ...first, epochs: 40 },
      { ...second, epochs: 40 },
    ] as const
    const { trained, epochs } = await run(deeperTask({ phases, settings: { ...settings, patience: 1, learningRate: 0.03 } }))
    const [inFirst = 0, inSecond = 0] = trained.epochs
    expect(inFirst).toBeLessThan(40)
    expect(inSecond).toBeGreaterThan(0)
    expect(epochs).toHaveLength(inFirst + inSecond)
    if (inSecond < 40) expect(trained.endedBecause).toBe('early-stopped')
  })

  test('is not begun where the training was stopped before it; stopped in it, the best is kept, and cancelled in it, nothing', async () => {
    const stopAt = (epoch: number) => {
      const stop = new AbortController()
      const onEvent = (event: NetworkEvent): void => {
        if (event.kind === 'epoch' && event.report.epoch === epoch) stop.abort()
      }
      return run(deeperTask(), { abort: new AbortController(), stop }, onEvent)
    }
    // The last epoch of the first phase, too.
    for (const epoch of [2, 4, 6]) {
      const { trained, epochs } = await stopAt(epoch)
      expect(epochs).toHaveLength(epoch)
      expect(trained.endedBecause).toBe('stopped-by-user')
      await expectSameAnswers(trained)
    }
    const before = wasm.tf.memory().numTensors
    const abort = new AbortController()
    const cancelled = run(deeperTask(), { abort, stop: new AbortController() }, (event) => {
      if (event.kind === 'epoch' && event.report.epoch === 5) abort.abort(new Error('given up'))
    })
    await expect(cancelled).rejects.toThrow('given up')
    expect(wasm.tf.memory().numTensors).toBe(before)
  })
})

describe('batch normalisation that learns', () => {
  const trained: Partial<NetworkTask> = { settings: { ...settings, batchNorm: 'trained' } }

  test('it learns what the untrained network does not know, and leaves no tensor behind', async () => {
    const before = wasm.tf.memory().numTensors
    const { epochs } = await run(taskOf(trained))
    expect(epochs.at(-1)?.trainLoss).toBeLessThan((epochs[0]?.trainLoss ?? 0) * 0.7)
    expect(wasm.tf.memory().numTensors).toBe(before)
  })

  test('what is given back is a network in the neutral form that answers as the one that was judged', async () => {
    const { trained: outcome, epochs } = await run(taskOf(trained))
    await expectSameAnswers(outcome)
    expect(lossOf(outcome)).toBeCloseTo(epochs[outcome.bestEpoch - 1]?.validationLoss ?? NaN, 5)
  })

  test('every photo is learned from in batches that are as even as can be', async () => {
    const sizes: number[] = []
    const rows = scaledRows(blocks())
    const readForLearning = (wanted: readonly string[]): Float32Array => {
      sizes.push(wanted.length)
      return rows.read(wanted)
    }
    // 40 photos by 13 would leave a single one for the last batch.
    const phases = [phaseOf({ ...rows, readForLearning }, { epochs: 1 })] as const
    await run(taskOf({ phases, settings: { ...settings, batchNorm: 'trained', batchSize: 13 } }))
    expect(sizes).toEqual([10, 10, 10, 10])
  })
})

describe.skipIf(nativeFolder === null)('the same recipe on tfjs-node-gpu and on wasm gives the same losses', () => {
  const network = blocks()
  /** Differences of rounding grow from step to step; they stay below a thousandth of a loss over these epochs. */
  async function expectSameLosses(task: NetworkTask): Promise<void> {
    const onWasm = losses((await run({ ...task, engine: await engineOf('wasm') })).epochs)
    const onNative = losses((await run({ ...task, engine: await engineOf('tfjs-node-gpu') })).epochs)
    await engineOf('wasm')
    expect(onNative).toHaveLength(onWasm.length)
    for (const [index, loss] of onWasm.entries()) expect(Math.abs((onNative[index] ?? NaN) - loss)).toBeLessThan(1e-3 * Math.max(1, loss))
  }

  test('of one phase', async () => expectSameLosses(taskOf()))

  test('of two phases', async () => {
    const phases = [
      phaseOf(await rowsAt(network, 'block1'), { cut: 'block1', epochs: 4 }),
      phaseOf(await rowsAt(network, 'stem'), { cut: 'stem', epochs: 4, rate: 0.3 }),
    ] as const
    await expectSameLosses(taskOf({ network, phases }))
  })

  test('with batch normalisation that learns', async () => expectSameLosses(taskOf({ settings: { ...settings, batchNorm: 'trained' } })))
})

describe('memory that runs out', () => {
  /** As TensorFlow says it, for batches of more than `most` images. */
  function narrowRows(rows: NetworkRows, most: number): NetworkRows {
    const readForLearning = (wanted: readonly string[]): Float32Array => {
      if (wanted.length > most) throw new Error(`OOM when allocating tensor with shape[${wanted.length},16,16,3]`)
      return rows.read(wanted)
    }
    return { ...rows, readForLearning }
  }
  const narrow = (most: number): NetworkTask => taskOf({ phases: [phaseOf(narrowRows(scaledRows(blocks()), most))] })

  test('halves the batch, tries the epoch again from its beginning, and says so', async () => {
    const { events, epochs } = await run(narrow(4))
    expect(events[0]).toEqual({ kind: 'batch-halved', from: 8, to: 4 })
    expect(epochs).toHaveLength(6)
    expect(epochs.at(-1)?.trainLoss).toBeLessThan(epochs[0]?.trainLoss ?? 0)
  })

  test('is told with the batch that was tried when half of it is too much as well', async () => {
    await expect(run(narrow(2))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', details: { engine: 'wasm', batchSize: 4 } })
  })

  test('in the second phase halves the batch from there on, and is told in it as in the first', async () => {
    const network = blocks()
    const [first, second] = [await rowsAt(network, 'block1'), await rowsAt(network, 'stem')]
    const task = (most: number): NetworkTask =>
      taskOf({
        network,
        phases: [phaseOf(first, { cut: 'block1', epochs: 2 }), phaseOf(narrowRows(second, most), { cut: 'stem', epochs: 3 })],
      })
    const { events, epochs, trained } = await run(task(4))
    expect(events.map(({ kind }) => kind)).toEqual(['epoch', 'epoch', 'deeper', 'batch-halved', 'epoch', 'epoch', 'epoch'])
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5])
    await expectSameAnswers(trained)
    const before = wasm.tf.memory().numTensors
    await expect(run(task(2))).rejects.toMatchObject({ code: 'OUT_OF_MEMORY', details: { engine: 'wasm', batchSize: 4 } })
    expect(wasm.tf.memory().numTensors).toBe(before)
  })

  test('while the moments of the photos are measured halves the batch as well', async () => {
    const rows = scaledRows(blocks())
    let looks = 0
    const read = (wanted: readonly string[]): Float32Array => {
      // The first five are for the head that it begins with.
      if (++looks > 5 && wanted.length > 4) throw new Error('OOM when allocating tensor')
      return rows.read(wanted)
    }
    const { events } = await run(taskOf({ phases: [phaseOf({ ...rows, read })], settings: { ...settings, batchNorm: 'trained' } }))
    expect(events[0]).toEqual({ kind: 'batch-halved', from: 8, to: 4 })
    expect(events.filter(({ kind }) => kind === 'epoch')).toHaveLength(6)
  })
})
