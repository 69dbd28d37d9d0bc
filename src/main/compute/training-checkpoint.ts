import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CheckpointPlace } from '../contract/worker/checkpoint.ts'

/** What a training needs to go on after an epoch as though it had never ended: numbers and names as JSON has them, and arrays. */
export interface Checkpoint<State> {
  readonly state: State
  readonly arrays: readonly Float32Array[]
}
export interface ReadCheckpoint<State> {
  readonly state: State
  readonly arrays: readonly Float32Array<ArrayBuffer>[]
}

/** Thrown out of a training that rests. */
export class TrainingPaused extends Error {}

/** Of the form of the file, and of what a training does with it: a studio that trains otherwise begins anew. */
const magic = Buffer.from('GRAFTCP2')
const hashBytes = 32
/** At most so large a share of the time goes into writing what may never be needed. */
const writeShare = 0.05

/**
 * One file that is replaced as a whole: magic, length of the header (uint32), header (JSON), float32 little-endian, SHA-256 of all before. What was cut off
 * or damaged counts as not there.
 */
export class TrainingCheckpoints<State> {
  readonly #place: CheckpointPlace
  readonly #pauseSignal: AbortSignal | undefined
  readonly #failed: (error: unknown) => void
  #dueAtMs: number

  /** `failed` is told why one could not be written: the training goes on from an earlier one then, or from its beginning. */
  constructor(place: CheckpointPlace, pauseSignal: AbortSignal | undefined, failed: (error: unknown) => void) {
    this.#place = place
    this.#pauseSignal = pauseSignal
    this.#failed = failed
    this.#dueAtMs = performance.now() + place.everyMs
  }

  /** Null where there is none. Throws why one that is there cannot be read: what it holds must not be trained over. */
  async read(): Promise<ReadCheckpoint<State> | null> {
    const bytes = await readFile(this.#place.path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    })
    return bytes === null ? null : (decode(bytes) as ReadCheckpoint<State> | null)
  }

  /** After an epoch that is not the last: writes what `make` gives where that is due. Throws `TrainingPaused` where the training is to rest. */
  async afterEpoch(make: () => Promise<Checkpoint<State>>): Promise<void> {
    const isPaused = this.#pauseSignal?.aborted === true
    if (!isPaused && performance.now() < this.#dueAtMs) return
    const startedAt = performance.now()
    try {
      await write(this.#place.path, encode(await make()))
    } catch (error) {
      this.#failed(error)
    }
    const now = performance.now()
    this.#dueAtMs = now + Math.max(this.#place.everyMs, (now - startedAt) / writeShare)
    if (isPaused) throw new TrainingPaused()
  }
}

function encode({ state, arrays }: Checkpoint<unknown>): readonly Buffer[] {
  const header = Buffer.from(JSON.stringify({ state, lengths: arrays.map(({ length }) => length) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  const parts = [magic, length, header, ...arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength))]
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return [...parts, hash.digest()]
}

function decode(bytes: Buffer): ReadCheckpoint<unknown> | null {
  const begin = magic.length + 4
  const end = bytes.length - hashBytes
  if (end < begin || !bytes.subarray(0, magic.length).equals(magic)) return null
  if (!createHash('sha256').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) return null
  let at = begin + bytes.readUInt32LE(magic.length)
  const { state, lengths } = JSON.parse(bytes.toString('utf8', begin, at)) as { state: unknown; lengths: readonly number[] }
  const arrays = lengths.map((length) => {
    const from = at
    at += 4 * length
    // A copy, because it need not begin at a multiple of four.
    const copy = new Uint8Array(4 * length)
    copy.set(bytes.subarray(from, at))
    return new Float32Array(copy.buffer)
  })
  return { state, arrays }
}

/** Whoever reads finds the one before or this one whole, also after a power cut. */
async function write(path: string, parts: readonly Buffer[]): Promise<void> {
  const unfinished = `${path}.unfinished`
  const file = await open(unfinished, 'w')
  try {
    for (const part of parts) await file.write(part)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  // Windows has no such call, and needs none.
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
