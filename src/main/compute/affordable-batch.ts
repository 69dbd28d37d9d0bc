import { totalmem } from 'node:os'
import { tailShapes } from './convert/cut-network.ts'
import type { Network } from './convert/network.ts'

/**
 * How often what comes out of every op is in memory while a step learns: itself, its gradient, and what ops keep for the way back. Measured on TensorFlow with
 * all of EfficientNet-Lite0: 3.5 with 16 photos, and 5 where batch normalisation learns.
 */
const copies = 5
/** The rest is for the weights, the other processes, and whatever else the computer does. */
const shareOfMemory = 0.5

/** Memory of this machine, or of the container, bytes. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** Photos that a step over everything after a cut can hold in memory, at least 1: more would bring the whole computer down. */
export function affordableBatch(network: Network, cut: string, memory: number = memoryBytes()): number {
  const values = tailShapes(network, cut).reduce((sum, { height, width, channels }) => sum + height * width * channels, 0)
  return Math.max(1, Math.floor((memory * shareOfMemory) / (values * Float32Array.BYTES_PER_ELEMENT * copies)))
}
