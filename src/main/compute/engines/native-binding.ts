import Module, { createRequire } from 'node:module'
import { join } from 'node:path'
import { env } from 'node:process'

const load = createRequire(import.meta.url)

/** What the binding is called in the folder of the installed engine. */
const bindingFile = 'tfjs_binding.node'

/** Two functions that Node 23 took away and tfjs-node 4.22 still calls (github.com/tensorflow/tfjs, `nodejs_kernel_backend.ts`). */
function supplyRemovedFunctions(): void {
  const util = load('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

/**
 * The package asks node-pre-gyp where its binding is, which answers with a place inside of node_modules; ours lies in the user's folder.
 * The answer is given in its stead, before the package is loaded.
 */
function answerForPreGyp(folder: string): void {
  const packageJson = load.resolve('@tensorflow/tfjs-node-gpu/package.json')
  const asked = createRequire(packageJson).resolve('@mapbox/node-pre-gyp')
  const answer = new Module(asked)
  answer.exports = { find: () => join(folder, bindingFile) }
  answer.loaded = true
  load.cache[asked] = answer
}

/** Loads `tfjs-node-gpu` with the binding and TensorFlow's library in `folder`. Throws what the package or the system's loader throws. */
export function loadNativeBinding(folder: string): void {
  supplyRemovedFunctions()
  answerForPreGyp(folder)
  // TensorFlow tells on standard error what it found of the machine; only errors belong into the log.
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  // Else it takes all of a card's memory at its first tensor, and nothing else runs beside it.
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  load('@tensorflow/tfjs-node-gpu')
}

/** Of the binding that is loaded: TensorFlow's version, and whether a card does the arithmetic. */
export function describeNative(backend: unknown): { readonly version: string; readonly usesGpu: boolean } {
  const { binding, isUsingGpuDevice } = backend as { binding?: { TF_Version?: string }; isUsingGpuDevice?: boolean }
  return { version: binding?.TF_Version ?? 'unknown', usesGpu: isUsingGpuDevice === true }
}
