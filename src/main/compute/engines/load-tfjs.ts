import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TfjsEngine } from '../../contract/worker/training-tasks.ts'
import { loadNativeBinding } from './native-binding.ts'
import { registerWasmGradients } from './wasm-gradients.ts'
import { startWasm } from './wasm-memory.ts'
import { provideWebgpu } from './webgpu-backend.ts'

export type Tfjs = typeof import('@tensorflow/tfjs')

export type { TfjsEngine }

export interface TfjsOptions {
  /** Threads of wasm; counts for its first use in a process. */
  readonly threads?: number
  /** Folder of the installed `tfjs-node-gpu`. */
  readonly nativeFolder?: string | null
}

const load = createRequire(import.meta.url)

/** What TensorFlow.js calls the backend of an engine. */
const backends: Readonly<Record<TfjsEngine, string>> = { 'tfjs-node-gpu': 'tensorflow', webgpu: 'webgpu', wasm: 'wasm' }

export function tfjsBackend(engine: TfjsEngine): string {
  return backends[engine]
}

let starting: Promise<unknown> = Promise.resolve()
const loaded = new Set<TfjsEngine>()

function loadWasm(tf: Tfjs, threads: number): void {
  const wasm = load('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(join(dirname(load.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + '/')
  wasm.setThreadsCount(threads)
  registerWasmGradients(tf)
}

async function start(engine: TfjsEngine, { threads = 1, nativeFolder = null }: TfjsOptions): Promise<Tfjs> {
  // A quarter of a second and 60 MB: only paid by who needs it. Through require, since the packages are CommonJS and all parts have to meet the
  // same tfjs-core.
  const tf = load('@tensorflow/tfjs') as Tfjs
  if (engine === 'tfjs-node-gpu' && nativeFolder === null) throw new Error('it is not installed')
  // Each time, since its device may have been lost.
  if (engine === 'webgpu') await provideWebgpu(tf)
  else if (!loaded.has(engine)) {
    if (engine === 'wasm') loadWasm(tf, threads)
    else if (nativeFolder !== null) loadNativeBinding(nativeFolder)
  }
  const backend = backends[engine]
  const isStarted = await (engine === 'wasm' && !loaded.has(engine) ? startWasm(tf) : tf.setBackend(backend))
  if (!isStarted) throw new Error(`the ${engine} backend of TensorFlow.js does not start`)
  await tf.ready()
  if (tf.getBackend() !== backend) throw new Error(`TensorFlow.js chose ${tf.getBackend()} instead of ${backend}`)
  loaded.add(engine)
  return tf
}

/**
 * TensorFlow.js on one of its engines, which is then the one in use in this process; tensors of another one stay what they are. Loaded when
 * first asked for. Throws when the engine does not start.
 */
export function loadTfjs(engine: TfjsEngine = 'wasm', options: TfjsOptions = {}): Promise<Tfjs> {
  const next = starting.then(() => start(engine, options))
  starting = next.catch(() => undefined)
  return next
}
