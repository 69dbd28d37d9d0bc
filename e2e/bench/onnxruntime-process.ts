import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readNetwork, topologyFile } from '../../src/main/compute/convert/network-files.ts'
import { catalogEntry } from '../../src/main/core/backbones/catalog.ts'
import type { BackboneFiles } from '../../src/main/contract/worker/training-tasks.ts'
import { networkToInt8Onnx } from '../../src/main/compute/convert/network-to-int8-onnx.ts'
import { networkToOnnx, onnxInput } from '../../src/main/compute/convert/network-to-onnx.ts'

// What onnxruntime alone does with the network that Graft gives it, on pictures that lie in memory ready made. Prints images a second.
// usage: onnxruntime-process.ts NETWORK_FOLDER SESSIONS THREADS_A_SESSION [int8]

const resourcesDir = join(import.meta.dirname, '../../resources')

interface Share {
  readonly folder: string
  readonly threads: number
  readonly int8: boolean
}
/** Larger ones are no faster. Graft's own are smaller, because the pictures between them leave the cache to fewer. */
const batch = 8
const warmUpBatches = 4
const measuredMs = 6000

async function run({ folder, threads, int8 }: Share): Promise<number> {
  const json = readFileSync(join(folder, topologyFile))
  const { id, inputSizePx, featureDim } = (JSON.parse(json.toString()) as { topology: BackboneFiles }).topology
  const network = await readNetwork({ id, folder, inputSizePx, featureDim, hash: createHash('sha256').update(json).digest('hex') })
  const file = int8 ? networkToInt8Onnx(network, catalogEntry(resourcesDir, id).int8Ranges ?? []) : networkToOnnx(network)
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
  })
  const pixels = new Uint8Array(batch * inputSizePx * inputSizePx * 3).map((_, index) => (index * 2654435761) >>> 24)
  const feeds = { [onnxInput]: new Tensor('uint8', pixels, [batch, inputSizePx, inputSizePx, 3]) }
  for (let count = 0; count < warmUpBatches; count++) await session.run(feeds)
  const startedMs = performance.now()
  let images = 0
  for (; performance.now() - startedMs < measuredMs; images += batch) await session.run(feeds)
  return images / ((performance.now() - startedMs) / 1000)
}

if (isMainThread) {
  const [folder = '', sessions = '1', threads = '1', form = 'float32'] = argv.slice(2)
  const share: Share = { folder, threads: Number(threads), int8: form === 'int8' }
  const rates = await Promise.all(
    Array.from(
      { length: Number(sessions) },
      () =>
        new Promise<number>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: share })
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  stdout.write(`${rates.reduce((sum, rate) => sum + rate, 0)}\n`)
} else {
  parentPort?.postMessage(await run(workerData as Share))
}
