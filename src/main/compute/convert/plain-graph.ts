import { findCuts } from './find-cuts.ts'
import { MalformedFile, requireWellFormed } from './malformed-file.ts'
import { createNetworkBuilder, type NetworkBuilder } from './network-builder.ts'
import type { Activation, Clipping, ConvolutionWeights, Network, NetworkTopology, Padding } from './network.ts'

/** Zeros at [top, left, bottom, right]. */
type Pads = readonly [number, number, number, number]

/** A convolution as in the neutral form. */
export interface ConvolutionStep extends ConvolutionWeights {
  readonly kernelPx: number
  readonly stride: number
  readonly padding: 'same' | Pads
  readonly activation: Activation
  readonly inChannels: number
  readonly outChannels: number
}

/** One step of a network in a file, whatever the format of the file. */
export type PlainStep =
  | (ConvolutionStep & { readonly kind: 'conv' })
  | (ConvolutionStep & { readonly kind: 'depthwise' })
  /** One factor and one term a channel: what a batch normalisation that learns no more does. */
  | { readonly kind: 'scale-shift'; readonly scale: Float32Array; readonly shift: Float32Array }
  | { readonly kind: 'clip'; readonly activation: Clipping }
  | { readonly kind: 'pad'; readonly pads: Pads }
  | { readonly kind: 'max-pool'; readonly kernelPx: number; readonly stride: number; readonly padding: 'same' | Pads }
  | { readonly kind: 'add' }
  /** Does nothing once learning is over. */
  | { readonly kind: 'pass' }
  /** The mean over all places. */
  | { readonly kind: 'mean' }
  /** Begins what is left out: the layers that named the classes it was trained on. */
  | { readonly kind: 'head' }

export type PlainNode = PlainStep & {
  readonly name: string
  /** Names of the nodes whose outputs come in; `picture` is the scaled picture. */
  readonly inputs: readonly string[]
}
type NodeOf<K extends PlainStep['kind']> = Extract<PlainNode, { readonly kind: K }>

/** What is known of the picture, whatever the nodes say. */
export type GraphHeader = Pick<NetworkTopology, 'id' | 'inputSizePx' | 'scaling'>

interface Output {
  readonly op: number
  readonly channels: number
}

const noPads: Pads = [0, 0, 0, 0]

/** One assembly, with what it has made so far. */
class Assembly {
  readonly #users = new Map<string, PlainNode[]>()
  readonly #builder: NetworkBuilder
  readonly #outputs = new Map<string, Output>([['picture', { op: -1, channels: 3 }]])
  /** Zeros that the op behind them adds. */
  readonly #pads = new Map<string, { readonly pads: Pads; readonly input: string }>()

  constructor(nodes: readonly PlainNode[], builder: NetworkBuilder) {
    this.#builder = builder
    for (const node of nodes) for (const input of node.inputs) this.#users.set(input, [...(this.#users.get(input) ?? []), node])
  }

  /** Makes ops of a node and of those that melt into it. */
  take(node: PlainNode): void {
    if (this.#outputs.has(node.name)) return
    switch (node.kind) {
      case 'pad':
        this.#pads.set(node.name, { pads: node.pads, input: this.#only(node) })
        return
      case 'conv':
      case 'depthwise':
        return this.#convolution(node)
      case 'scale-shift':
        return this.#scaleShift(node)
      case 'add':
        return this.#sum(node)
      case 'max-pool': {
        const { input, padding } = this.#padded(node, node.padding)
        const { op, channels } = this.#outputOf(input, node)
        const settings = { name: node.name, input: op, kernelPx: node.kernelPx, stride: node.stride, padding }
        this.#outputs.set(node.name, { op: this.#builder.maxPool(settings), channels })
        return
      }
      case 'clip': {
        const { op, channels } = this.#outputOf(this.#only(node), node)
        this.#outputs.set(node.name, { op: this.#builder.activation(node.name, op, node.activation), channels })
        return
      }
      case 'pass':
        this.#outputs.set(node.name, this.#outputOf(this.#only(node), node))
        return
      default:
        throw new MalformedFile(`${node.name} stands where it is not understood`)
    }
  }

  output(name: string): Output | undefined {
    return this.#outputs.get(name)
  }

  #only(node: PlainNode): string {
    const [input, ...more] = node.inputs
    requireWellFormed(input !== undefined && more.length === 0, `${node.name} does not have one input`)
    return input
  }

  #outputOf(name: string, user: PlainNode): Output {
    const output = this.#outputs.get(name)
    requireWellFormed(output !== undefined, `${user.name} uses ${name}, which is not there before it`)
    return output
  }

  /** Zeros that a node of their own adds, with those of the window behind them. */
  #padded(node: PlainNode, own: 'same' | Pads): { readonly input: string; readonly padding: Padding } {
    const input = this.#only(node)
    const before = this.#pads.get(input)
    const plain = (pads: Pads): Padding => [...pads]
    if (before === undefined) return { input, padding: own === 'same' ? own : plain(own) }
    requireWellFormed(own !== 'same', `${node.name} pads what is padded already`)
    requireWellFormed(node.kind !== 'max-pool' || Math.max(...own) === 0, `${node.name} pads what is padded already`)
    const [top, left, bottom, right] = before.pads
    return { input: before.input, padding: [top + own[0], left + own[1], bottom + own[2], right + own[3]] }
  }

  /** The node that alone uses another one, where it is of these kinds. What several use may not be melted into one of them. */
  #next<K extends PlainStep['kind']>(name: string, ...kinds: readonly K[]): NodeOf<K> | null {
    const users = this.#users.get(name) ?? []
    const [user] = users
    return users.length === 1 && user !== undefined && (kinds as readonly string[]).includes(user.kind) ? (user as NodeOf<K>) : null
  }

  /** The name of the last node that does nothing, behind one that only it uses. */
  #passed(name: string): string {
    const next = this.#next(name, 'pass')
    return next === null ? name : this.#passed(next.name)
  }

  #convolution(node: NodeOf<'conv' | 'depthwise'>): void {
    const { input, padding } = this.#padded(node, node.padding)
    const { op: source, channels } = this.#outputOf(input, node)
    requireWellFormed(channels === node.inChannels, `${node.name} expects ${node.inChannels} channels and is given ${channels}`)
    const melted = [node.name]
    let { kernel, bias, activation } = node
    let last = this.#passed(node.name)
    for (let next = this.#next(last, 'scale-shift'); next !== null && activation === 'none'; next = this.#next(last, 'scale-shift')) {
      ;({ kernel, bias } = scaledWeights({ kernel, bias }, next))
      melted.push(last, next.name)
      last = this.#passed(next.name)
    }
    const clip = activation === 'none' ? this.#next(last, 'clip') : null
    if (clip !== null) {
      activation = clip.activation
      melted.push(last, clip.name)
      last = clip.name
    }
    const { name, kernelPx, stride, inChannels, outChannels } = node
    const settings = { name, input: source, kernelPx, stride, padding, activation, inChannels, outChannels, kernel, bias }
    const op = node.kind === 'conv' ? this.#builder.conv(settings) : this.#builder.depthwise(settings)
    for (const each of [...melted, last]) this.#outputs.set(each, { op, channels: outChannels })
  }

  /** One that follows no convolution becomes one of its own, of single pixels. */
  #scaleShift(node: NodeOf<'scale-shift'>): void {
    const channels = node.scale.length
    const weights = { kernel: Float32Array.from(node.scale), bias: Float32Array.from(node.shift) }
    const shape = { kernelPx: 1, stride: 1, padding: noPads, activation: 'none', inChannels: channels, outChannels: channels } as const
    this.#convolution({ kind: 'depthwise', name: node.name, inputs: node.inputs, ...shape, ...weights })
  }

  #sum(node: PlainNode): void {
    const [first, second, ...more] = node.inputs.map((input) => this.#outputOf(input, node))
    requireWellFormed(first !== undefined && second !== undefined && more.length === 0, `${node.name} does not add two outputs`)
    this.#outputs.set(node.name, { op: this.#builder.add(node.name, first.op, second.op), channels: first.channels })
  }
}

/** The last axis of a kernel is the output channel. In double precision, stored as float32. */
function scaledWeights(
  { kernel, bias }: ConvolutionWeights,
  { name, scale, shift }: { readonly name: string; readonly scale: Float32Array; readonly shift: Float32Array },
): ConvolutionWeights {
  const channels = bias.length
  requireWellFormed(scale.length === channels && shift.length === channels, `${name} does not fit the convolution before it`)
  return {
    kernel: Float32Array.from(kernel, (value, at) => value * (scale[at % channels] ?? NaN)),
    bias: Float32Array.from(bias, (value, at) => value * (scale[at] ?? NaN) + (shift[at] ?? NaN)),
  }
}

/** The nodes that another one needs, in their order, without itself. */
function neededFor(nodes: readonly PlainNode[], end: PlainNode): readonly PlainNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const needed = new Set<string>()
  const waiting = [...end.inputs]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue
    needed.add(name)
    waiting.push(...(byName.get(name)?.inputs ?? []))
  }
  return nodes.filter(({ name }) => needed.has(name))
}

/**
 * The nodes of a file, each behind those that it uses, as a network in the neutral form that ends with the mean over all places: where the file has one,
 * what comes behind it is left out; else it is added behind the last node. Batch normalisations, zeros and activations melt into the ops they belong to,
 * and places to cut are found. Throws `MalformedFile` where a node stands where it is not understood.
 */
export function assembleNetwork(nodes: readonly PlainNode[], header: GraphHeader): Network {
  requireWellFormed(new Set(nodes.map(({ name }) => name)).size === nodes.length, 'two layers have the same name')
  const headAt = nodes.findIndex(({ kind }) => kind === 'head')
  const body = headAt === -1 ? nodes : nodes.slice(0, headAt)
  const last = body.findLast(({ kind }) => kind !== 'pass')
  requireWellFormed(last !== undefined, 'there is nothing in it')
  const end = body.findLast(({ kind }) => kind === 'mean') ?? { kind: 'mean' as const, name: 'pool', inputs: [last.name] }
  const needed = neededFor(body, end)
  const [before, ...more] = end.inputs
  requireWellFormed(before !== undefined && more.length === 0, `${end.name} does not have one input`)

  const build = (featureDim: number): { readonly network: Network | null; readonly channels: number } => {
    const builder = createNetworkBuilder({ ...header, featureDim })
    const assembly = new Assembly(needed, builder)
    for (const node of needed) assembly.take(node)
    const output = assembly.output(before)
    requireWellFormed(output !== undefined && output.op >= 0, `${end.name} uses ${before}, which is not there before it`)
    if (output.channels !== featureDim) return { network: null, channels: output.channels }
    builder.pool('pool', output.op)
    return { network: builder.build(), channels: output.channels }
  }
  // How many features come out is known once it is assembled.
  const { network } = build(build(0).channels)
  if (network === null) throw new MalformedFile('the number of features is not clear')
  return { ...network, topology: { ...network.topology, cuts: findCuts(network.topology) } }
}
