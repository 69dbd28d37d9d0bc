import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AdapterSearch } from '../../contract/engines.ts'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './software-adapter-for-tests.ts'
import { checkTrainingEngine, chooseTrainingEngine, expectTrainingEngine, type OpenTfjs } from './training-engine.ts'

const options = { threads: 1, nativeFolder: null, nativeForCards: false }
/** The engine that `npm test` has installed, where it could. */
const nativeFolder = process.env['GRAFT_TEST_NATIVE'] ?? null

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0)) step()
})

/** What a machine with a graphics card answers, or one without. */
const card = (): Promise<AdapterSearch> => Promise.resolve({ state: 'found', name: 'a card' })
const noCard = (): Promise<AdapterSearch> => Promise.resolve({ state: 'none', reason: 'no card' })

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
    const { chosen, skipped } = await chooseTrainingEngine({ wanted: 'auto', ...options, nativeFolder: '/nowhere' }, open)
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

describe.skipIf(!hasSoftwareAdapter)(
  `webgpu as an engine that trains${hasSoftwareAdapter ? '' : ' (skipped: no software Vulkan here)'}`,
  () => {
    beforeAll(allowSoftwareAdapter)

    test('gives the loss, gradients and step of the optimiser that PyTorch computed, and names its adapter', async () => {
      const check = await checkTrainingEngine('webgpu', options)
      expect(check).toMatchObject({ state: 'passed', device: expect.stringMatching(/^SwiftShader/) as string })
      if (check.state !== 'passed') return
      expect(check.difference).toBeLessThan(1e-5)
      expect(check.version).toMatch(/^\d+\.\d+\.\d+ on webgpu \d+\.\d+\.\d+$/)
    })

    test('a silent fall-back to the plain JavaScript backend is found', async () => {
      const fallsBack: OpenTfjs = async (engine, given) => {
        const tf = await loadTfjs(engine, given)
        await tf.setBackend('cpu')
        return tf
      }
      const check = await checkTrainingEngine('webgpu', options, fallsBack)
      expect(check).toMatchObject({ engine: 'webgpu', state: 'unavailable', reason: 'TensorFlow.js uses its backend cpu instead' })
    })

    test('a wrong gradient kernel is found and told, and wasm takes over', async () => {
      const open: OpenTfjs = async (engine, given) => {
        const tf = await loadTfjs(engine, given)
        if (engine === 'webgpu' && undo.length === 0) {
          const before = tf.getKernel('Relu6', 'webgpu')
          tf.unregisterKernel('Relu6', 'webgpu')
          tf.registerKernel({ ...tf.getKernel('Relu', 'webgpu'), kernelName: 'Relu6' })
          undo.push(() => {
            tf.unregisterKernel('Relu6', 'webgpu')
            tf.registerKernel(before)
          })
        }
        return tf
      }
      const { chosen, skipped } = await chooseTrainingEngine({ wanted: 'auto', ...options }, open)
      expect(chosen.engine).toBe('wasm')
      expect(skipped).toMatchObject([{ engine: 'webgpu', state: 'wrong' }])
    })

    test('it comes before the processor where there is a card', async () => {
      expect(await chooseTrainingEngine({ wanted: 'auto', ...options })).toMatchObject({ chosen: { engine: 'webgpu' }, skipped: [] })
      expect(await expectTrainingEngine({ wanted: 'auto', ...options })).toMatchObject({
        engine: 'webgpu',
        device: expect.stringMatching(/^SwiftShader/) as string,
      })
    })

    test.skipIf(nativeFolder === null)(
      "after TensorFlow's build for cards found none it is taken, and where it fails, TensorFlow on the processor",
      async () => {
        const choice = { wanted: 'auto', threads: 1, nativeFolder, nativeForCards: true } as const
        expect(await chooseTrainingEngine(choice)).toMatchObject({ chosen: { engine: 'webgpu' }, skipped: [] })
        const withoutCard: OpenTfjs = (engine, given) =>
          engine === 'webgpu' ? Promise.reject(new Error('the driver is broken')) : loadTfjs(engine, given)
        const { chosen, skipped } = await chooseTrainingEngine(choice, withoutCard)
        expect(chosen).toMatchObject({ engine: 'tfjs-node-gpu', device: 'CPU' })
        expect(chosen.tf.getBackend()).toBe('tensorflow')
        expect(skipped).toEqual([{ engine: 'webgpu', state: 'unavailable', reason: 'the driver is broken' }])
      },
    )
  },
)

describe('the engine that is to be expected', () => {
  const expected = async (choice: Partial<Parameters<typeof expectTrainingEngine>[0]>, find = card) => {
    const { engine, device } = await expectTrainingEngine({ wanted: 'auto', ...options, ...choice }, find)
    return [engine, device]
  }

  test('is the one that the choice would take, without loading it', async () => {
    expect(await expected({})).toEqual(['webgpu', 'a card'])
    expect(await expected({ nativeFolder: '/tf' })).toEqual(['webgpu', 'a card'])
    expect(await expected({ nativeFolder: '/tf', nativeForCards: true })).toEqual(['tfjs-node-gpu', null])
    expect(await expected({ nativeFolder: '/tf' }, noCard)).toEqual(['tfjs-node-gpu', 'CPU'])
    expect(await expected({}, noCard)).toEqual(['wasm', 'CPU'])
    expect(await expected({ wanted: 'wasm' })).toEqual(['wasm', 'CPU'])
    expect(await expected({ wanted: 'webgpu' }, noCard)).toEqual(['webgpu', null])
  })
})
