/** How engines say that memory has run out: TensorFlow, V8's typed arrays, WebAssembly, and drivers of graphics cards. */
const signs = [
  /OOM when allocating/i,
  /RESOURCE_EXHAUSTED|ResourceExhausted/,
  /out of memory/i,
  /Array buffer allocation failed/i,
  /Invalid typed array length/i,
  /memory access out of bounds/i,
  /Cannot enlarge memory/i,
  /^Aborted\(/,
]

/** Whether an engine failed for want of memory, so that a smaller batch may do. */
export function isOutOfMemory(error: unknown): boolean {
  const told = error instanceof Error ? error.message : String(error)
  return signs.some((sign) => sign.test(told))
}

/**
 * Whether the engine is of no more use in this process after that: TensorFlow.js' wasm backend ends itself where its memory (4 GB at most) cannot grow,
 * and every later call of any kernel fails in the same way.
 */
export function endsEngine(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Aborted(')
}
