import type { Activation, Clipping, ConvolutionWeights, Network, NetworkOp, NetworkTopology, Padding } from './network.ts'
import { networkFormVersion, shapesOf } from './network.ts'
import { requireWellFormed } from './malformed-file.ts'

/** A convolution to be added: where its input comes from, its settings, and its weights in the neutral order. */
interface NewConvolution extends ConvolutionWeights {
  readonly name: string
  /** Index of the op whose output comes in; -1 is the picture. */
  readonly input: number
  readonly kernelPx: number
  readonly stride: number
  readonly padding: Padding
  readonly activation: Activation
  readonly inChannels: number
  readonly outChannels: number
}

export interface NetworkBuilder {
  /** Each of these answers with the index of the new op's output. */
  conv(convolution: NewConvolution): number
  depthwise(convolution: NewConvolution): number
  add(name: string, first: number, second: number): number
  activation(name: string, input: number, activation: Clipping): number
  maxPool(pool: { name: string; input: number; kernelPx: number; stride: number; padding: Padding }): number
  /** The global average pool that ends the network. */
  pool(name: string, input: number): number
  /** Notes that the network can be cut after op `index`. */
  cut(name: string, index: number): void
  /** The whole network, checked. Throws `MalformedFile` when it does not fit together. */
  build(): Network
}

/** Collects ops and weights of a network in order. */
export function createNetworkBuilder(
  header: Pick<NetworkTopology, 'id' | 'inputSizePx' | 'scaling'> & { readonly featureDim: number },
): NetworkBuilder {
  const ops: NetworkOp[] = []
  const cuts: { name: string; op: number }[] = []
  const weights = new Map<string, ConvolutionWeights>()
  const push = (op: NetworkOp): number => ops.push(op) - 1

  const convolution = (kind: 'conv' | 'depthwise', { kernel, bias, ...settings }: NewConvolution): number => {
    requireWellFormed(!weights.has(settings.name), `two ops are called ${settings.name}`)
    weights.set(settings.name, { kernel, bias })
    return push({ kind, ...settings })
  }
  return {
    conv: (settings) => convolution('conv', settings),
    depthwise: (settings) => convolution('depthwise', settings),
    add: (name, first, second) => push({ kind: 'add', name, inputs: [first, second] }),
    activation: (name, input, activation) => push({ kind: 'activation', name, input, activation }),
    maxPool: (pool) => push({ kind: 'max-pool', ...pool }),
    pool: (name, input) => push({ kind: 'global-average-pool', name, input }),
    cut: (name, op) => void cuts.push({ name, op }),
    build() {
      const topology: NetworkTopology = { formVersion: networkFormVersion, ...header, ops, cuts }
      shapesOf(topology)
      return { topology, weights }
    },
  }
}
