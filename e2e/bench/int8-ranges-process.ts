import type { Tensor4D } from '@tensorflow/tfjs'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { argv, exit, stdout } from 'node:process'
import { readNetwork, topologyFile } from '../../src/main/compute/convert/network-files.ts'
import { isConvolution, scaledTone, type NetworkOp } from '../../src/main/compute/convert/network.ts'
import { loadTfjs } from '../../src/main/compute/engines/load-tfjs.ts'
import { runNetwork, uploadWeights } from '../../src/main/compute/engines/run-network.ts'
import type { BackboneFiles } from '../../src/main/contract/worker/training-tasks.ts'
import { writeNetworkInput } from '../../src/main/imaging/to-network-input.ts'

// Makes the `int8Ranges` of a network in resources/backbones/catalog.json: what comes out at each place that is not clipped to 0..6, over real
// photos. Of each photo the smallest and the largest value but for one in ten thousand; of all photos the mean of these, so that one odd photo does not
// coarsen the bytes of all others. usage: int8-ranges-process.ts NETWORK_FOLDER NATIVE_FOLDER PHOTO_FOLDER...

const [folder = '', nativeFolder = '', ...photoFolders] = argv.slice(2)
const leftOut = 1e-4
const digits = 4

const json = readFileSync(join(folder, topologyFile))
const { id, inputSizePx, featureDim } = (JSON.parse(json.toString()) as { topology: BackboneFiles }).topology
const network = await readNetwork({ id, folder, inputSizePx, featureDim, hash: createHash('sha256').update(json).digest('hex') })
const { ops, scaling } = network.topology
const tf = await loadTfjs(nativeFolder === '' ? 'wasm' : 'tfjs-node-gpu', { threads: availableParallelism(), nativeFolder })
const weights = uploadWeights(tf, ops, network.weights)

const isOpen = (op: NetworkOp): boolean => (isConvolution(op) ? op.activation !== 'relu6' : op.kind === 'add')
/** [places, 2]: sums over the photos. */
const sums = ops.filter(isOpen).map(() => [0, 0] as [number, number])
const photos = photoFolders.flatMap((each) =>
  readdirSync(each)
    .sort()
    .map((name) => join(each, name)),
)

/** What comes out of op `index`. */
async function valuesAt(picture: Tensor4D, index: number): Promise<Float32Array> {
  const output = tf.tidy(() => runNetwork(tf, ops.slice(0, index + 1), weights, picture))
  try {
    return Float32Array.from((await output.data()) as Float32Array).sort()
  } finally {
    output.dispose()
  }
}

for (const photo of photos) {
  const pixels = new Uint8Array(inputSizePx * inputSizePx * 3)
  await writeNetworkInput(readFileSync(photo), inputSizePx, pixels)
  const scaled = Float32Array.from(pixels, (pixel, at) => scaledTone(scaling, pixel, at % 3))
  const picture = tf.tensor4d(scaled, [1, inputSizePx, inputSizePx, 3])
  let place = 0
  for (const [index, op] of ops.entries()) {
    if (!isOpen(op)) continue
    const values = await valuesAt(picture, index)
    const skipped = Math.floor(values.length * leftOut)
    const sum = sums[place++]
    if (sum === undefined) throw new Error('there are more places than were counted')
    sum[0] += values[skipped] ?? NaN
    sum[1] += values[values.length - 1 - skipped] ?? NaN
  }
  picture.dispose()
}
const ranges = sums.map((pair) => pair.map((sum) => Number((sum / photos.length).toPrecision(digits))))
stdout.write(`${JSON.stringify({ id, photos: photos.length, ranges })}\n`)
exit()
