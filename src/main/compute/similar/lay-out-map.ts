import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { FeatureFile } from '../feature-file.ts'
import { Turns } from '../turns.ts'
import { nearestNeighbours } from './nearest-neighbours.ts'
import { reduceFeatures } from './reduce-features.ts'
import { fuzzyGraph, layOutGraph } from './umap.ts'

/** As in the paper's experiments: fewer show more of single groups, more of the whole. */
const neighbours = 15
const reducedDim = 50
const seed = 1
/** How far the beginning, the two widest directions of the features, is spread. */
const beginning = 10

type Task = TrainingTasks['layOutMap']

/**
 * Lays images out in the plane by their features, like ones close to each other: UMAP on principal components. The same images give the same map, in
 * whatever order they are named. Throws the signal's reason.
 */
export async function layOutMap(
  file: FeatureFile,
  { hashes }: Omit<Task['input'], 'cache'>,
  { signal, emit }: { signal: AbortSignal; emit: (event: Task['event']) => void },
): Promise<Task['result']> {
  const turns = new Turns(signal)
  const inFile = Array.from(file.inFileOrder(hashes), (place) => hashes[place]!)
  const told = (step: Task['event']['step']) => (done: number, total: number) => emit({ step, done, total })
  const [read, compared, laid] = [told('reading'), told('comparing'), told('placing')]
  const reduced = await reduceFeatures(file, inFile, { dim: reducedDim, seed, turns, onProgress: (done) => read(done, inFile.length) })
  const { rows, own } = sorted(inFile, reduced.rows, reduced.dim)
  if (own.length < 3) return { hashes: own, positions: new Float32Array(own.length * 2) }
  const found = await nearestNeighbours(rows, {
    ...{ dim: reduced.dim, k: neighbours, seed, turns },
    onProgress: (done) => compared(done, own.length),
  })
  const positions = begin(rows, reduced.dim)
  await layOutGraph(positions, fuzzyGraph(found), { seed, turns, onProgress: laid })
  return { hashes: own, positions }
}

/** In the order of hashes, which no import changes. */
function sorted(inFile: readonly string[], rows: Float32Array, dim: number): { own: string[]; rows: Float32Array } {
  const order = [...inFile.keys()].sort((one, other) => (inFile[one]! < inFile[other]! ? -1 : 1))
  const moved = new Float32Array(rows.length)
  for (const [place, row] of order.entries()) moved.set(rows.subarray(row * dim, (row + 1) * dim), place * dim)
  return { own: order.map((row) => inFile[row]!), rows: moved }
}

/** The first two numbers of each row, spread over the plane, a hair apart where they are the same. */
function begin(rows: Float32Array, dim: number): Float32Array {
  const count = rows.length / dim
  const positions = new Float32Array(count * 2)
  let widest = 0
  for (let row = 0; row < count; row++)
    for (let axis = 0; axis < Math.min(2, dim); axis++) {
      positions[row * 2 + axis] = rows[row * dim + axis]!
      widest = Math.max(widest, Math.abs(positions[row * 2 + axis]!))
    }
  const scale = widest === 0 ? 1 : beginning / widest
  for (let at = 0; at < positions.length; at++) positions[at] = positions[at]! * scale + ((at * 2654435761) % 1000) * 1e-7
  return positions
}
