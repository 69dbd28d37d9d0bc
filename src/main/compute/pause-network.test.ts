import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EpochReport } from '../contract/runs.ts'
import { plainLearning, type NetworkEvent, type NetworkSettings } from '../contract/worker/training-tasks.ts'
import { createNetworkBuilder } from './convert/network-builder.ts'
import type { Network } from './convert/network.ts'
import { checkTrainingEngine, type TrainingEngine } from './engines/training-engine.ts'
import type { NetworkCheckpointState } from './network-checkpoint.ts'
import type { NetworkRows } from './network-rows.ts'
import type { NetworkTask, TrainedNetwork, TrainingPhase } from './network-task.ts'
import { makeRandom } from './random.ts'
import { makeScratchNetwork } from './scratch-network.ts'
import { trainNetwork } from './train-network.ts'
import { TrainingCheckpoints, TrainingPaused } from './training-checkpoint.ts'

const [sizePx, classCount] = [16, 2]
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-pause-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Pictures of which one half is brighter: which half, tells the class. */
const hashes = Array.from({ length: 40 }, (_, index) => `picture ${index}`)
const pictures = new Map(
  hashes.map((hash, index) => {
    const random = makeRandom(index)
    return [
      hash,
      Float32Array.from({ length: sizePx * sizePx * 3 }, (__, at) => (at % 2 === index % 2 ? 0.5 : 0) + random() - 0.5),
    ] as const
  }),
)
const part = (from: number, to: number) => ({
  hashes: hashes.slice(from, to),
  classes: Int32Array.from({ length: to - from }, (_, index) => (from + index) % 2),
})
const read = (wanted: readonly string[]): Float32Array => Float32Array.from(wanted.flatMap((hash) => [...(pictures.get(hash) ?? [])]))
/** Changed at random: what is drawn matters as well. */
const rows: NetworkRows = { read, readForLearning: (wanted, random) => read(wanted).map((value) => value + 0.05 * random()) }

function network(): Network {
  const { topology, weights } = makeScratchNetwork(sizePx, 7)
  const builder = createNetworkBuilder({ ...topology, id: 'two-pieces' })
  const conv = (name: string, input: number, [inChannels, outChannels]: readonly [number, number]): number =>
    builder.conv({
      name,
      input,
      kernelPx: 3,
      stride: 2,
      padding: 'same',
      activation: 'relu6',
      inChannels,
      outChannels,
      ...weights.get(name)!,
    })
  builder.pool('pool', conv('conv2', conv('conv1', conv('conv0', -1, [3, 32]), [32, 64]), [64, 128]))
  return builder.build()
}

const phase: TrainingPhase = { cut: 'pixels', rows, epochs: 4, rate: 1 }
const usual: Omit<NetworkSettings, 'epochs'> = {
  ...plainLearning,
  dropout: 0.2,
  batchSize: 8,
  learningRate: 0.003,
  optimiser: 'adam',
  patience: 0,
  seed: 1,
  bodyRate: 0.5,
  blockRates: 'graded',
  headEpochs: 30,
  changes: null,
  batchNorm: 'frozen',
}
function taskOf(engine: TrainingEngine, settings: Partial<NetworkSettings>, phases: NetworkTask['phases'] = [phase]): NetworkTask {
  const parts = { train: part(0, 24), validation: part(24, 32), judged: hashes.slice(24) }
  return { engine, network: network(), phases, classCount, ...parts, settings: { ...usual, ...settings } }
}

interface Course {
  readonly trained: TrainedNetwork | null
  readonly epochs: readonly Omit<EpochReport, 'durationMs'>[]
}

/** Trains until the end, or until it rests after the epoch `pauseAt`. */
async function train(task: NetworkTask, path: string | null, pauseAt = Infinity): Promise<Course> {
  const pause = new AbortController()
  const epochs: Omit<EpochReport, 'durationMs'>[] = []
  const emit = (event: NetworkEvent): void => {
    if (event.kind !== 'epoch') return
    const { durationMs: _, ...report } = event.report
    epochs.push(report)
    if (report.epoch === pauseAt) pause.abort()
  }
  const refuse = (error: unknown): never => {
    throw error
  }
  const checkpoints =
    path === null ? null : new TrainingCheckpoints<NetworkCheckpointState>({ path, everyMs: 60_000 }, pause.signal, refuse)
  const never = new AbortController().signal
  try {
    return { trained: await trainNetwork({ ...task, checkpoints }, { signal: never, stopSignal: never, emit }), epochs }
  } catch (error) {
    if (!(error instanceof TrainingPaused)) throw error
    return { trained: null, epochs }
  }
}

const deeper = [
  { ...phase, epochs: 2 },
  { ...phase, epochs: 3, rate: 0.3 },
] as const
const courses: readonly (readonly [string, Partial<NetworkSettings>, NetworkTask['phases'], number])[] = [
  ['Adam, and rows that are mixed', { mixup: 0.3 }, [phase], 2],
  ['AdamW in one cycle, weighted', { optimiser: 'adamw', weightDecay: 0.05, schedule: 'one-cycle', classWeights: 'balanced' }, [phase], 1],
  ['SGD along a cosine', { optimiser: 'sgd', schedule: 'cosine', learningRate: 0.01 }, [phase], 3],
  ['normalisation that learns', { batchNorm: 'trained' }, [phase], 2],
  ['a second phase, in the first', {}, deeper, 1],
  ['a second phase, in the second', {}, deeper, 4],
]

describe.each(nativeFolder === null ? (['wasm'] as const) : (['wasm', 'tfjs-node-gpu'] as const))(
  'on %s a training of a network',
  (name) => {
    let engine: TrainingEngine
    beforeAll(async () => {
      const check = await checkTrainingEngine(name, { threads: 1, nativeFolder })
      if (check.state !== 'passed') throw new Error(`${name} does not run here`)
      engine = check
    })

    test.each(courses)(
      'with %s that rests and goes on gives every bit that it gives without a rest',
      async (what, settings, phases, at) => {
        const path = join(folder, `${name} ${what}`)
        const task = (): NetworkTask => taskOf(engine, settings, phases)
        const whole = await train(task(), null)
        const before = await train(task(), path, at)
        expect(before.trained).toBeNull()
        expect(before.epochs).toHaveLength(at)
        // With nothing but the file: another process would have no more.
        const after = await train(task(), path)
        expect([...before.epochs, ...after.epochs]).toEqual(whole.epochs)
        expect(after.trained).toEqual(whole.trained)
      },
    )
  },
)

test('one that goes on with a smaller batch takes it, and one whose optimiser has forgotten its steps refuses', async () => {
  const check = await checkTrainingEngine('wasm', { threads: 1, nativeFolder: null })
  if (check.state !== 'passed') throw new Error('wasm does not run here')
  const path = join(folder, 'smaller')
  const steps = new Set<number>()
  const readForLearning: NetworkRows['readForLearning'] = (wanted, random) => {
    steps.add(wanted.length)
    return rows.readForLearning(wanted, random)
  }
  const phases = [{ ...phase, epochs: 2, rows: { ...rows, readForLearning } }] as const
  await train(taskOf(check, {}, phases), path, 1)
  expect([...steps]).toEqual([8])
  steps.clear()
  await train(taskOf(check, { batchSize: 4 }, phases), path)
  expect([...steps]).toEqual([4])

  const never = new AbortController().signal
  const places = [new TrainingCheckpoints<NetworkCheckpointState>({ path, everyMs: 0 }, never, () => undefined)] as const
  const written = await places[0].read()
  if (written === null) throw new Error('nothing was written')
  for (const optimisers of [[], written.state.optimisers.map(() => [])]) {
    await places[0].afterEpoch(() => Promise.resolve({ ...written, state: { ...written.state, optimisers } }))
    await expect(train(taskOf(check, {}, phases), path)).rejects.toThrow(/optimiser/)
  }
})

test('a checkpoint that is there and cannot be read is no reason to begin anew over it', async () => {
  const never = new AbortController().signal
  const of = (path: string) => new TrainingCheckpoints({ path, everyMs: 0 }, never, () => undefined)
  expect(await of(join(folder, 'none')).read()).toBeNull()
  await expect(of(folder).read()).rejects.toMatchObject({ code: 'EISDIR' })
})

test('a checkpoint that is cut off or damaged counts as not there, and the training begins anew', async () => {
  const check = await checkTrainingEngine('wasm', { threads: 1, nativeFolder: null })
  if (check.state !== 'passed') throw new Error('wasm does not run here')
  const path = join(folder, 'damaged')
  const task = (): NetworkTask => taskOf(check, {}, [{ ...phase, epochs: 2 }])
  await train(task(), path, 1)
  const bytes = readFileSync(path)
  for (const damaged of [
    bytes.subarray(0, bytes.length - 1),
    bytes.subarray(0, 5),
    bytes.map((byte, at) => (at === 3000 ? byte ^ 1 : byte)),
  ]) {
    writeFileSync(path, damaged)
    expect((await train(task(), path)).epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
  }
  writeFileSync(path, bytes)
  expect((await train(task(), path)).epochs.map(({ epoch }) => epoch)).toEqual([2])
})
