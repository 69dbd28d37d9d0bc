import type { Tfjs } from './load-tfjs.ts'

interface WasmBackend {
  readonly wasm: {
    /** Address of so many bytes, or 0 where there is no room. */
    _malloc: (bytes: number) => number
    _free(address: number): void
  }
  readSync: (...args: never) => unknown
}

/** What XNNPACK, which computes inside of wasm's kernels, answers with where it finds no memory (`xnn_status_out_of_memory` of its xnnpack.h). */
const xnnOutOfMemory = /XNN status .* Got status 6/

/**
 * Starts the wasm backend so that it says when its memory (4 GB at most) has run out, as an error that names it. Of itself it goes on: it takes the address
 * 0 that it is given then for one like any other and writes over its own data, and of a kernel that could not be run inside it prints a line and hands out
 * what happened to lie in the memory. Answers whether it has started.
 */
export async function startWasm(tf: Tfjs): Promise<boolean> {
  let complaint: string | null = null
  const throwComplaint = (): void => {
    if (complaint === null) return
    const said = complaint
    complaint = null
    throw new Error(xnnOutOfMemory.test(said) ? `out of memory: ${said}` : said)
  }
  /* eslint-disable no-console -- emscripten takes this function for the program's standard error, once, when it starts */
  const { warn } = console
  // Not thrown right there: it is called with a lock held.
  console.warn = (...words: unknown[]) => {
    const [first] = words
    if (typeof first === 'string' && first.startsWith('XNN status')) complaint ??= first
    else warn.apply(console, words)
  }
  try {
    if (!(await tf.setBackend('wasm'))) return false
  } finally {
    console.warn = warn
    /* eslint-enable no-console */
  }
  const backend = tf.backend() as unknown as WasmBackend
  // The first call of emscripten's function puts another one into its place.
  backend.wasm._free(backend.wasm._malloc(8))
  const allocate = backend.wasm._malloc
  // Every kernel needs room for what it answers with, and every answer is read in the end.
  backend.wasm._malloc = (bytes) => {
    throwComplaint()
    const address = allocate(bytes)
    if (address === 0 && bytes > 0) throw new Error(`out of memory: wasm has no room for ${bytes} more bytes`)
    return address
  }
  const read = backend.readSync.bind(backend)
  backend.readSync = (...args) => {
    throwComplaint()
    return read(...args)
  }
  return true
}
