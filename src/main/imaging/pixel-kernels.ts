/**
 * Three inner loops in WebAssembly SIMD: what they do in plain JavaScript would take a quarter of all the time from a folder to a trained
 * head. The module is written here instruction by instruction, so that nothing has to be compiled or unpacked.
 * Opcodes: WebAssembly 2.0, section 5.4.
 */
export interface PixelKernels {
  readonly memory: WebAssembly.Memory
  /**
   * Weighted sum of rows of bytes. `source`: first byte of the first row; rows lie `stride` apart. `weights`: `pairs` times two int16, for
   * two rows each. Writes uint16 (sum + 64) >> 7 from `target` to before `end`; reads and writes run over by less than 32 bytes.
   */
  mixRows(source: number, stride: number, weights: number, pairs: number, target: number, end: number): void
  /**
   * One row of the result from one row of `mixRows`, at `sums`. `taps`: per column an int32, the offset of its first input in bytes, and
   * `pairs` times two int16 weights. Writes RGB bytes (sum + 2^20) >> 21 from `target` to before `end`; the write runs over by one byte.
   */
  mixColumns(sums: number, taps: number, pairs: number, target: number, end: number): void
  /** Means of 2 x 2 RGB pixels, (sum + 2) >> 2, of the rows at `upper` and `lower`, from `target` to before `end`; runs over by less than 32 bytes. */
  halveRows(upper: number, lower: number, target: number, end: number): void
}

/** Bits that a weight has behind the point, and those that sums keep between the two passes: as in `network-input.js`. */
export const kernelBits = { weight: 14, between: 7 } as const

type Code = readonly number[]

function unsigned(value: number): number[] {
  const bytes: number[] = []
  let left = value
  do {
    const low = left & 0x7f
    left >>>= 7
    bytes.push(left === 0 ? low : low | 0x80)
  } while (left !== 0)
  return bytes
}

/** Signed LEB128 of a value that is not negative. */
function constant(value: number): number[] {
  const bytes: number[] = []
  let left = value
  while (left > 0x3f) {
    bytes.push((left & 0x7f) | 0x80)
    left >>>= 7
  }
  return [0x41, ...bytes, left]
}

const get = (local: number): Code => [0x20, ...unsigned(local)]
const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
const step = (local: number, by: Code): Code => set(local, [...get(local), ...by, 0x6a])
const simd = (opcode: number, ...operands: Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(opcode)]
/** Alignment is not promised (2^0). */
const at = (offset: number): Code => [0, ...unsigned(offset)]
const load = (address: Code, offset = 0): Code => [...simd(0x00, address), ...at(offset)]
const loadSplat32 = (address: Code): Code => [...simd(0x09, address), ...at(0)]
const store = (address: Code, value: Code, offset = 0): Code => [...simd(0x0b, address, value), ...at(offset)]
const storeLane32 = (address: Code, value: Code): Code => [...simd(0x5a, address, value), ...at(0), 0]
const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [...simd(0x0d, a, b), ...lanes]
const splat16 = (value: number): Code => simd(0x10, constant(value))
const splat32 = (value: number): Code => simd(0x11, constant(value))
const narrow8 = (a: Code, b: Code): Code => simd(0x66, a, b)
const narrow16 = (a: Code, b: Code): Code => simd(0x86, a, b)
const lower16 = (bytes: Code): Code => simd(0x89, bytes)
const upper16 = (bytes: Code): Code => simd(0x8a, bytes)
const add16 = (a: Code, b: Code): Code => simd(0x8e, a, b)
const shiftRight16 = (value: Code, bits: number): Code => simd(0x8d, value, constant(bits))
const add32 = (a: Code, b: Code): Code => simd(0xae, a, b)
const shiftRight32 = (value: Code, bits: number): Code => simd(0xac, value, constant(bits))
/** Products of int16 neighbours, added in pairs to int32. */
const dot = (a: Code, b: Code): Code => simd(0xba, a, b)
/** Runs `body` at least once and again as long as `condition` (of an i32) holds. */
const repeat = (body: readonly Code[], condition: Code): Code => [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0x00, 0x0b]
const isBelow = (a: Code, b: Code): Code => [...a, ...b, 0x49]
const countDown = (local: number): Code => [...get(local), ...constant(1), 0x6b, 0x22, ...unsigned(local)]

interface Kernel {
  readonly name: keyof Omit<PixelKernels, 'memory'>
  readonly parameters: number
  readonly integers: number
  readonly vectors: number
  readonly body: readonly Code[]
}

function mixRowsKernel(): Kernel {
  const [source, stride, weights, pairs, target, end, row, weight, left, pair, low, high] = Array.from({ length: 12 }, (_, i) => i) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const sums = [12, 13, 14, 15]
  const total = (index: number): Code => shiftRight32(get(sums[index] as number), kernelBits.weight - kernelBits.between)
  const addDot = (index: number, values: Code): Code =>
    set(sums[index] as number, add32(get(sums[index] as number), dot(values, get(pair))))
  // Bytes of two rows side by side, so that `dot` weighs and adds both.
  const zipped = (first: number): Code =>
    shuffle(
      load(get(row)),
      load([...get(row), ...get(stride), 0x6a]),
      Array.from({ length: 16 }, (_, i) => first + (i >> 1) + (i & 1) * 16),
    )
  const half = splat32(1 << (kernelBits.weight - kernelBits.between - 1))
  const onePair = [
    set(pair, loadSplat32(get(weight))),
    set(low, zipped(0)),
    set(high, zipped(8)),
    addDot(0, lower16(get(low))),
    addDot(1, upper16(get(low))),
    addDot(2, lower16(get(high))),
    addDot(3, upper16(get(high))),
    step(row, [...get(stride), ...get(stride), 0x6a]),
    step(weight, constant(4)),
  ]
  const sixteenBytes = [
    ...sums.map((sum) => set(sum, half)),
    set(row, get(source)),
    set(weight, get(weights)),
    set(left, get(pairs)),
    repeat(onePair, countDown(left)),
    store(get(target), narrow16(total(0), total(1))),
    store(get(target), narrow16(total(2), total(3)), 16),
    step(source, constant(16)),
    step(target, constant(32)),
  ]
  return { name: 'mixRows', parameters: 6, integers: 3, vectors: 7, body: [repeat(sixteenBytes, isBelow(get(target), get(end)))] }
}

function mixColumnsKernel(): Kernel {
  const [sums, taps, pairs, target, end, from, left, sum] = [0, 1, 2, 3, 4, 5, 6, 7] as const
  const shift = kernelBits.weight + kernelBits.between
  // Red, green and blue of two neighbours, side by side; the last two lanes are not used.
  const twoPixels = shuffle(load(get(from)), load(get(from)), [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11, 0, 1, 6, 7])
  const onePair = [set(sum, add32(get(sum), dot(twoPixels, loadSplat32(get(taps))))), step(from, constant(12)), step(taps, constant(4))]
  const oneColumn = [
    set(sum, splat32(1 << (shift - 1))),
    set(from, [...get(sums), ...get(taps), 0x28, ...at(0), 0x6a]),
    step(taps, constant(4)),
    set(left, get(pairs)),
    repeat(onePair, countDown(left)),
    set(sum, shiftRight32(get(sum), shift)),
    set(sum, narrow16(get(sum), get(sum))),
    storeLane32(get(target), narrow8(get(sum), get(sum))),
    step(target, constant(3)),
  ]
  return { name: 'mixColumns', parameters: 5, integers: 2, vectors: 1, body: [repeat(oneColumn, isBelow(get(target), get(end)))] }
}

function halveRowsKernel(): Kernel {
  const [upper, lower, target, end] = [0, 1, 2, 3] as const
  const neighbours = [load(get(upper)), load(get(upper), 3), load(get(lower)), load(get(lower), 3)]
  const mean = (widen: (bytes: Code) => Code): Code =>
    shiftRight16(
      neighbours.reduce<Code>((sum, bytes) => add16(sum, widen(bytes)), splat16(2)),
      2,
    )
  const threePixels = [
    // Of the means of all neighbours, those of the first, third and fifth pixel.
    store(
      get(target),
      shuffle(narrow8(mean(lower16), mean(upper16)), splat16(0), [0, 1, 2, 6, 7, 8, 12, 13, 14, 16, 16, 16, 16, 16, 16, 16]),
    ),
    step(upper, constant(18)),
    step(lower, constant(18)),
    step(target, constant(9)),
  ]
  return { name: 'halveRows', parameters: 4, integers: 0, vectors: 0, body: [repeat(threePixels, isBelow(get(target), get(end)))] }
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const sized = (content: Code): Code => [...unsigned(content.length), ...content]
const section = (id: number, content: Code): Code => [id, ...sized(content)]
const text = (value: string): Code => sized([...Buffer.from(value, 'latin1')])

function assemble(kernels: readonly Kernel[]): Uint8Array<ArrayBuffer> {
  const [i32, v128] = [0x7f, 0x7b]
  const types = kernels.map(({ parameters }) => [0x60, ...list(Array.from({ length: parameters }, () => [i32])), 0])
  const bodies = kernels.map(({ integers, vectors, body }) =>
    sized([
      ...list([
        [...unsigned(integers), i32],
        [...unsigned(vectors), v128],
      ]),
      ...body.flat(),
      0x0b,
    ]),
  )
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(3, list(kernels.map((_, index) => unsigned(index)))),
    ...section(5, list([[0x00, 1]])),
    ...section(7, list([[...text('memory'), 0x02, 0], ...kernels.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)])])),
    ...section(10, list(bodies)),
  ])
}

/** A module with a memory of its own: one page, which grows as its user asks. */
export function makePixelKernels(): PixelKernels {
  const module = new WebAssembly.Module(assemble([mixRowsKernel(), mixColumnsKernel(), halveRowsKernel()]))
  return new WebAssembly.Instance(module).exports as unknown as PixelKernels
}
