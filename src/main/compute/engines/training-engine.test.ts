import { afterEach, describe, expect, test } from 'vitest'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'
import { checkTrainingEngine, chooseTrainingEngine, type OpenTfjs } from './training-engine.ts'

const options = { threads: 1, nativeFolder: null }
/** The engine that `npm test` has installed, where it could. */
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0)) step()
})

/** Puts another kernel in the place of one of wasm's, until the test has ended. */
function spoil(tf: Tfjs, kernelName: string, change: (answer: Float32Array) => void): void {
  const before = tf.getKernel(kernelName, 'wasm')
  const replace = (kernelFunc: typeof before.kernelFunc): void => {
    tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({ ...before, kernelFunc })
  }
  replace((params) => {
    const answer = [before.kernelFunc(params)].flat()[0]
    if (answer === undefined) throw new Error('no answer')
    const values = (params.backend as { typedArrayFromHeap(x: unknown): Float32Array }).typedArrayFromHeap(answer)
    change(values)
    return answer
  })
  undo.push(() => replace(before.kernelFunc))
}
const spoiled =
  (kernelName: string, change: (answer: Float32Array) => void): OpenTfjs =>
  async (engine, given) => {
    const tf = await loadTfjs(engine, given)
    if (undo.length === 0) spoil(tf, kernelName, change)
    return tf
  }

describe('an engine that trains networks', () => {
  test('wasm gives the loss, gradients and step of the optimiser that PyTorch computed', async () => {
    const check = await checkTrainingEngine('wasm', options)
    expect(check).toMatchObject({ state: 'passed', device: 'CPU' })
    if (check.state === 'passed') expect(check.difference).toBeLessThan(1e-5)
  })

  test.skipIf(nativeFolder === null)('so does tfjs-node-gpu on the TensorFlow library that was installed', async () => {
    const check = await checkTrainingEngine('tfjs-node-gpu', { threads: 1, nativeFolder })
    expect(check).toMatchObject({ state: 'passed' })
    if (check.state !== 'passed') return
    expect(check.difference).toBeLessThan(1e-5)
    expect(check.version).toMatch(/on TensorFlow \d+\.\d+/)
  })

  test('a wrong gradient kernel is found, and the engine is not taken', async () => {
    const wrong = spoiled('DepthwiseConv2dNativeBackpropFilter', (gradient) => {
      gradient[0] = (gradient[0] ?? 0) + 0.01
    })
    expect(await checkTrainingEngine('wasm', options, wrong)).toMatchObject({ engine: 'wasm', state: 'wrong' })
    await expect(chooseTrainingEngine({ wanted: 'auto', ...options }, wrong)).rejects.toMatchObject({ code: 'ENGINE_WRONG' })
  })

  test('answers that are not numbers are found', async () => {
    const nan = spoiled('DepthwiseConv2dNative', (answer) => answer.set([NaN]))
    expect(await checkTrainingEngine('wasm', options, nan)).toMatchObject({ state: 'wrong', difference: Infinity })
  })

  test('a silent fall-back to the plain JavaScript backend is found', async () => {
    const fallsBack: OpenTfjs = async (engine, given) => {
      const tf = await loadTfjs(engine, given)
      await tf.setBackend('cpu')
      return tf
    }
    const check = await checkTrainingEngine('wasm', options, fallsBack)
    expect(check).toMatchObject({ state: 'unavailable', reason: 'TensorFlow.js uses its backend cpu instead' })
  })

  test('a native engine that does not load is skipped with its reason, and wasm takes over', async () => {
    const open: OpenTfjs = (engine, given) =>
      engine === 'wasm' ? loadTfjs(engine, given) : Promise.reject(new Error('libtensorflow_cc.so.2: cannot open shared object file'))
    const { chosen, skipped } = await chooseTrainingEngine({ wanted: 'auto', threads: 1, nativeFolder: '/nowhere' }, open)
    expect(chosen.engine).toBe('wasm')
    expect(skipped).toEqual([
      { engine: 'tfjs-node-gpu', state: 'unavailable', reason: 'libtensorflow_cc.so.2: cannot open shared object file' },
    ])
  })

  test('one that was never installed is not called a failure; asked for by name it is not replaced', async () => {
    expect(await chooseTrainingEngine({ wanted: 'auto', ...options })).toMatchObject({ chosen: { engine: 'wasm' }, skipped: [] })
    await expect(chooseTrainingEngine({ wanted: 'tfjs-node-gpu', ...options })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { engine: 'tfjs-node-gpu', reason: 'it is not installed' },
    })
  })
})
