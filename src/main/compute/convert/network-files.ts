import { createHash } from 'node:crypto'
import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { MalformedFile, requireWellFormed } from './malformed-file.ts'
import {
  isConvolution,
  kernelLength,
  NetworkTopology,
  shapesOf,
  tensorsLengthBytes,
  type ConvolutionWeights,
  type Network,
} from './network.ts'

export const topologyFile = 'network.json'
const tensorsFile = 'tensors.bin'

/** No topology is anywhere near this long; a longer file is not read. */
const topologyLimitBytes = 4 * 1024 * 1024

/** `network.json`. The hash of the tensors is inside, so that the hash of this one small file is the identity of the whole. */
const TopologyFile = z.strictObject({
  tensors: z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  topology: NetworkTopology,
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** All kernels and biases in the order of the ops, kernel first, little-endian float32. */
function tensorBytes(network: Network): Uint8Array {
  const bytes = new Uint8Array(tensorsLengthBytes(network.topology))
  let offset = 0
  for (const op of network.topology.ops.filter(isConvolution)) {
    const weights = network.weights.get(op.name)
    requireWellFormed(weights !== undefined, `${op.name} has no weights`)
    requireWellFormed(weights.kernel.length === kernelLength(op), `the kernel of ${op.name} has ${weights.kernel.length} numbers`)
    requireWellFormed(weights.bias.length === op.outChannels, `the bias of ${op.name} has ${weights.bias.length} numbers`)
    for (const tensor of [weights.kernel, weights.bias]) {
      requireWellFormed(tensor.every(Number.isFinite), `${op.name} has weights that are not numbers`)
      bytes.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), offset)
      offset += tensor.byteLength
    }
  }
  return bytes
}

/**
 * Writes `network.json` and `tensors.bin` into `folder`, which exists. Answers with the identity of the network: the SHA-256 of `network.json`,
 * which holds that of `tensors.bin`. Throws `MalformedFile` when the network does not fit together.
 */
export async function writeNetwork(folder: string, network: Network): Promise<{ readonly hash: string }> {
  shapesOf(network.topology)
  const tensors = tensorBytes(network)
  const file = { tensors: { bytes: tensors.byteLength, sha256: sha256(tensors) }, topology: network.topology }
  const json = Buffer.from(`${JSON.stringify(TopologyFile.parse(file))}\n`)
  await writeFile(join(folder, tensorsFile), tensors)
  await writeFile(join(folder, topologyFile), json)
  return { hash: sha256(json) }
}

async function readTensors(path: string, expected: { readonly bytes: number; readonly sha256: string }): Promise<ArrayBuffer> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    requireWellFormed(size === expected.bytes, `${size} bytes instead of ${expected.bytes}`)
    const bytes = new Uint8Array(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled)
      requireWellFormed(bytesRead > 0, `ends after ${filled} of ${size} bytes`)
      filled += bytesRead
    }
    requireWellFormed(sha256(bytes) === expected.sha256, 'its content has changed')
    return bytes.buffer
  } finally {
    await file.close()
  }
}

/** Typed views of the tensors, without copying them. */
function splitTensors(topology: NetworkTopology, buffer: ArrayBuffer): Map<string, ConvolutionWeights> {
  const weights = new Map<string, ConvolutionWeights>()
  let offset = 0
  const next = (length: number): Float32Array<ArrayBuffer> => {
    const view = new Float32Array(buffer, offset, length)
    offset += view.byteLength
    return view
  }
  for (const op of topology.ops.filter(isConvolution)) weights.set(op.name, { kernel: next(kernelLength(op)), bias: next(op.outChannels) })
  return weights
}

async function readTopology(path: string, hash: string): Promise<z.infer<typeof TopologyFile>> {
  const { size } = await stat(path)
  requireWellFormed(size <= topologyLimitBytes, `${size} bytes are too many`)
  const json = await readFile(path)
  requireWellFormed(sha256(json) === hash, 'its content has changed')
  const file = TopologyFile.parse(JSON.parse(json.toString('utf8')))
  shapesOf(file.topology)
  const needed = tensorsLengthBytes(file.topology)
  requireWellFormed(file.tensors.bytes === needed, `says ${file.tensors.bytes} bytes of weights, the network has ${needed}`)
  return file
}

/** Anything that is wrong with a file of a backbone, as the error that a person is told. */
async function orDamaged<T>(backbone: string, file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new StudioError('BACKBONE_DAMAGED', { backbone, file }, { cause: error })
  }
}

/**
 * Reads a backbone and checks it against its hash: sizes and shapes before anything is allocated, contents before anything is used.
 * Whole, also where the backbone has a cut: see `cut-network.ts`. Throws `BACKBONE_DAMAGED` with the name of the file that is missing, cut
 * off or changed.
 */
export async function readNetwork(backbone: BackboneFiles): Promise<Network> {
  const { topology, tensors } = await orDamaged(backbone.id, topologyFile, async () => {
    const file = await readTopology(join(backbone.folder, topologyFile), backbone.hash)
    const { inputSizePx, featureDim } = file.topology
    if (inputSizePx !== backbone.inputSizePx || (backbone.cut === undefined && featureDim !== backbone.featureDim))
      throw new MalformedFile(`is for ${inputSizePx} px and ${featureDim} features, not ${backbone.inputSizePx} and ${backbone.featureDim}`)
    return file
  })
  const buffer = await orDamaged(backbone.id, tensorsFile, () => readTensors(join(backbone.folder, tensorsFile), tensors))
  return { topology, weights: splitTensors(topology, buffer) }
}
