import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { argv, exit, resourceUsage, stdout } from 'node:process'
import { shapeAt, tailOf } from '../../src/main/compute/convert/cut-network.ts'
import { readNetwork, topologyFile } from '../../src/main/compute/convert/network-files.ts'
import type { Network } from '../../src/main/compute/convert/network.ts'
import { loadTfjs, type Tfjs } from '../../src/main/compute/engines/load-tfjs.ts'
import { runNetwork, uploadWeights } from '../../src/main/compute/engines/run-network.ts'
import { TrainableNetwork } from '../../src/main/compute/engines/trainable-network.ts'
import { makeScratchNetwork } from '../../src/main/compute/scratch-network.ts'
import type { BackboneFiles, TfjsEngine } from '../../src/main/contract/worker/training-tasks.ts'

// What one engine does of a kind of work, on numbers that lie in memory. Prints JSON: images a second, or milliseconds of a step or an epoch, and the
// largest memory of this process. usage: engine-process.ts ENGINE (extract | CUT | pixels | scratch) NETWORK_FOLDER [NATIVE_FOLDER]

const [engine = 'wasm', work = '', folder = '', nativeFolder = ''] = argv.slice(2)
const stepBatch = 16
const extractBatch = 8
const scratchImages = 500
const measuredMs = 6000
const classCount = 5

async function readBackbone(): Promise<Network> {
  const json = readFileSync(join(folder, topologyFile))
  const { id, inputSizePx, featureDim } = (JSON.parse(json.toString()) as { topology: BackboneFiles }).topology
  return readNetwork({ id, folder, inputSizePx, featureDim, hash: createHash('sha256').update(json).digest('hex') })
}

const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => (((index * 2654435761) >>> 8) % 2000) / 1000 - 1)

/** The median of repeated work, ms, after two rounds that do not count. */
async function medianMs(once: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  const startedMs = performance.now()
  for (let round = 0; round < 4 || performance.now() - startedMs < measuredMs; round++) {
    const from = performance.now()
    await once()
    if (round > 1) times.push(performance.now() - from)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
}

async function extraction(tf: Tfjs): Promise<number> {
  const network = await readBackbone()
  const { ops, inputSizePx: size } = network.topology
  const weights = uploadWeights(tf, ops, network.weights)
  const pictures = tf.tensor4d(noise(extractBatch * size * size * 3), [extractBatch, size, size, 3])
  const ms = await medianMs(async () => {
    const features = tf.tidy(() => runNetwork(tf, ops, weights, pictures))
    await features.data()
    features.dispose()
  })
  return (extractBatch * 1000) / ms
}

async function training(tf: Tfjs, network: Network, cut: string, images: number): Promise<number> {
  const { ops, input } = tailOf(network, cut)
  const dim = network.topology.featureDim
  const model = new TrainableNetwork(tf, {
    ops,
    input,
    weights: network.weights,
    head: { means: new Float32Array(dim), deviation: 1, weights: new Float32Array(dim * classCount), bias: new Float32Array(classCount) },
    settings: { optimiser: 'adam', learningRate: 1e-4, bodyRate: 0.1 },
  })
  const { height, width, channels } = shapeAt(network, cut)
  const values = noise(stepBatch * height * width * channels)
  const classes = Int32Array.from({ length: stepBatch }, (_, index) => index % classCount)
  return medianMs(async () => {
    for (let seen = 0; seen < images; seen += stepBatch) await model.step(values, classes)
  })
}

const tf = await loadTfjs(engine as TfjsEngine, {
  threads: availableParallelism(),
  nativeFolder: nativeFolder === '' ? null : nativeFolder,
})
const value =
  work === 'extract'
    ? await extraction(tf)
    : work === 'scratch'
      ? await training(tf, makeScratchNetwork(64, 1), 'pixels', scratchImages)
      : await training(tf, await readBackbone(), work, stepBatch)
stdout.write(`${JSON.stringify({ value, peakMegabytes: resourceUsage().maxRSS / 1024 })}\n`)
exit()
