import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Tfjs = typeof import('@tensorflow/tfjs')

const load = createRequire(import.meta.url)
let loading: Promise<Tfjs> | null = null

async function start(threads: number): Promise<Tfjs> {
  // A quarter of a second and 60 MB: only paid by who needs it. Through require, since the package is CommonJS and both parts of it have to
  // meet the same tfjs-core.
  const tf = load('@tensorflow/tfjs') as Tfjs
  const wasm = load('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(join(dirname(load.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + '/')
  wasm.setThreadsCount(threads)
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend of TensorFlow.js does not start')
  await tf.ready()
  // An engine that is not there would be replaced by the plain JavaScript one, fifty times slower, without a word.
  if (tf.getBackend() !== 'wasm') throw new Error(`TensorFlow.js chose ${tf.getBackend()} instead of wasm`)
  return tf
}

/**
 * TensorFlow.js with its wasm backend, loaded when first asked for and once in a process: `threads` of later calls is not looked at.
 * Throws when the backend does not start.
 */
export function loadTfjs(threads = 1): Promise<Tfjs> {
  loading ??= start(threads)
  return loading
}
