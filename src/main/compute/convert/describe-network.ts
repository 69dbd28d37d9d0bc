import type { NetworkFacts } from '../../contract/worker/describe-network-task.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { StudioError } from '../../contract/errors.ts'
import { packedLength } from '../engines/pixels-extractor.ts'
import { frontOf } from './cut-network.ts'
import { readNetwork, topologyFile } from './network-files.ts'
import { multiplications, tensorsLengthBytes } from './network.ts'

/** Reads a network whole, and tells what it is. Throws `BACKBONE_DAMAGED`. */
export async function describeNetwork(backbone: BackboneFiles): Promise<NetworkFacts> {
  const { topology } = await readNetwork(backbone)
  const sizeBytes = tensorsLengthBytes(topology)
  return {
    parameters: sizeBytes / Float32Array.BYTES_PER_ELEMENT,
    inputSizePx: topology.inputSizePx,
    featureDim: topology.featureDim,
    megaMacs: Math.round(multiplications(topology) / 1e6),
    sizeBytes,
    cuts: topology.cuts.map(({ name }) => name),
  }
}

/**
 * How many values come out at a cut of a backbone, and how much of its work lies before it; `pixels`: the floats that hold its input's bytes, and no work.
 * Throws `BACKBONE_DAMAGED`, also where what is told of the network names a cut that it does not have.
 */
export async function measureCut({ backbone, cut }: { readonly backbone: BackboneFiles; readonly cut: string }): Promise<{
  readonly featureDim: number
  readonly workShare: number
}> {
  if (cut === 'pixels') return { featureDim: packedLength(backbone.inputSizePx), workShare: 0 }
  const network = await readNetwork(backbone)
  if (!network.topology.cuts.some(({ name }) => name === cut))
    throw new StudioError('BACKBONE_DAMAGED', { backbone: backbone.id, file: topologyFile })
  const front = frontOf(network, cut)
  return { featureDim: front.topology.featureDim, workShare: multiplications(front.topology) / multiplications(network.topology) }
}
