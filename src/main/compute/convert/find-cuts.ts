import { sourcesOf, type NetworkOp, type NetworkTopology } from './network.ts'

/** Whether a block may end with an op: a sum or what clips it, a convolution whose output is not clipped, or where there are none of these any but a depthwise one. */
type EndsBlock = (ops: readonly NetworkOp[], index: number) => boolean

/** Of residual networks and inverted residuals. */
const endsResidual: EndsBlock = (ops, index) => {
  const op = ops[index]
  if (op?.kind === 'add') return ops[index + 1]?.kind !== 'activation'
  if (op?.kind === 'activation') return ops[op.input]?.kind === 'add'
  return op?.kind === 'conv' && op.activation === 'none'
}
/** Of plain networks, one convolution behind the other. */
const endsPlain: EndsBlock = (ops, index) => ops[index]?.kind === 'conv' || ops[index]?.kind === 'max-pool'

/** Indices of ops behind which nothing needs what comes before them. */
function narrowPlaces(ops: readonly NetworkOp[]): readonly number[] {
  // The earliest output that any op from here on needs.
  let earliest = ops.length
  const places: number[] = []
  for (let index = ops.length - 1; index >= 0; index--) {
    if (earliest >= index) places.unshift(index)
    for (const source of sourcesOf(ops[index] as NetworkOp)) earliest = Math.min(earliest, source)
  }
  return places
}

/**
 * Where a network whose maker names no blocks can be cut for fine-tuning, in order: `stem` behind the first convolution, `block0`, `block1` ... behind
 * what looks like a block, `head` behind the last convolution where that belongs to none.
 */
export function findCuts({ ops }: Pick<NetworkTopology, 'ops'>): NetworkTopology['cuts'] {
  const places = narrowPlaces(ops).filter((index) => ops[index]?.kind !== 'global-average-pool' && ops[index]?.kind !== 'flatten')
  const residual = places.filter((index) => endsResidual(ops, index))
  // The first convolution of a plain network may be the only one that is not clipped.
  const isResidual = residual.length > 1
  const ends = isResidual ? residual : places.filter((index) => endsPlain(ops, index))
  const stem = places.find((index) => ops[index]?.kind === 'conv')
  const blocks = ends.filter((index) => index !== stem)
  const last = places.findLast((index) => ops[index]?.kind === 'conv')
  const head = last !== undefined && last !== stem && last > (blocks.at(-1) ?? -1) ? last : null
  return [
    ...(stem === undefined ? [] : [{ name: 'stem', op: stem }]),
    ...blocks.map((op, index) => ({ name: `block${index}`, op })),
    ...(head === null ? [] : [{ name: 'head', op: head }]),
  ]
}
