import { shapesOf, type Network, type NetworkOp, type Shape } from './network.ts'

/** What comes after a cut: ops of their own, where -1 is what the front answers with. */
export interface Tail {
  /** Of one picture, what comes in. */
  readonly input: Shape
  readonly ops: readonly NetworkOp[]
  /** How far each op is from the end, by its name: 1 for those of the last piece between two cuts, 2 for those of the piece before it, and so on. */
  readonly depths: ReadonlyMap<string, number>
}

function depthsOf({ topology: { ops, cuts } }: Network): ReadonlyMap<string, number> {
  // What comes after the last cut, a pool, belongs to the piece before it.
  return new Map(ops.map(({ name }, index) => [name, Math.max(1, cuts.filter(({ op }) => op >= index).length)]))
}

function opAt(network: Network, cut: string): number {
  const found = network.topology.cuts.find(({ name }) => name === cut)
  if (found === undefined) throw new Error(`${network.topology.id} cannot be cut at ${cut}`)
  return found.op
}

/** The network up to a cut, ending with all values there, row-major [height, width, channels]. */
export function frontOf(network: Network, cut: string): Network {
  const { topology, weights } = network
  const op = opAt(network, cut)
  const { height, width, channels } = shapeAt(network, cut)
  const ops: NetworkOp[] = [...topology.ops.slice(0, op + 1), { kind: 'flatten', name: 'flatten', input: op }]
  return { topology: { ...topology, ops, cuts: [], featureDim: height * width * channels }, weights }
}

/** Height, width and channels of what comes out at a cut; `pixels`: the picture itself. */
export function shapeAt(network: Network, cut: string): Shape {
  const { inputSizePx } = network.topology
  if (cut === 'pixels') return { height: inputSizePx, width: inputSizePx, channels: 3 }
  const shape = shapesOf(network.topology)[opAt(network, cut)]
  if (shape === undefined) throw new Error(`nothing comes out at ${cut}`)
  return shape
}

/** What each op after a cut answers with, for one picture. */
export function tailShapes(network: Network, cut: string): readonly Shape[] {
  return shapesOf(network.topology).slice(cut === 'pixels' ? 0 : opAt(network, cut) + 1)
}

/** Everything after a cut; after `pixels`: the whole network. */
export function tailOf(network: Network, cut: string): Tail {
  const { ops } = network.topology
  const depths = depthsOf(network)
  if (cut === 'pixels') return { input: shapeAt(network, cut), ops, depths }
  const first = opAt(network, cut) + 1
  // Nothing after a cut needs what was before it, so that -1 can only be the cut itself.
  const moved = (source: number): number => source - first
  return {
    input: shapeAt(network, cut),
    depths,
    ops: ops
      .slice(first)
      .map((op) => (op.kind === 'add' ? { ...op, inputs: [moved(op.inputs[0]), moved(op.inputs[1])] } : { ...op, input: moved(op.input) })),
  }
}
