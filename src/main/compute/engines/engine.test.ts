import { expect, test } from 'vitest'
import type { AdapterSearch } from '../../contract/engines.ts'
import { fromWireError, toWireError, type WireError } from '../../contract/errors.ts'
import type { Network } from '../convert/network.ts'
import { checkEngine, checkInt8, chooseEngine, describeEngines, engines, type EngineTable } from './engine.ts'
import { loadTfjs } from './load-tfjs.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './software-adapter-for-tests.ts'
import { openTfjs } from './tfjs-extractor.ts'
import { selfTestNetwork } from './self-test.ts'
import { referencePictures } from '../convert/reference/reference-pictures.ts'

/** An engine whose kernels are wrong: it forgets the last weight. */
function wrongEngine(network: Network, threads: number) {
  const weights = new Map(network.weights)
  const last = weights.get('op11')
  if (last) weights.set('op11', { ...last, kernel: last.kernel.map((value, index) => (index === 0 ? 0 : value)) })
  return openTfjs('wasm', { ...network, weights }, threads)
}
const card = (): Promise<AdapterSearch> => Promise.resolve({ state: 'found', name: 'a card' })
const without: EngineTable = { ...engines, onnxruntime: () => Promise.reject(new Error('libonnxruntime.so: not found')) }
const wrong: EngineTable = { ...engines, onnxruntime: wrongEngine }

test('the engines of the processor give the numbers that PyTorch computed for the self-test', async () => {
  for (const engine of ['onnxruntime', 'wasm'] as const) {
    const check = await checkEngine(engine)
    expect(check).toMatchObject({ state: 'passed' })
    if (check.state === 'passed') expect(check.difference).toBeLessThan(1e-5)
  }
})

test('in 8 bits onnxruntime gives the whole numbers that numpy computed', async () => {
  const check = await checkInt8()
  // A processor without the instructions may be wrong, and is then told so; any other answers to the last digit.
  if (check.state === 'passed') expect(check.difference).toBeLessThan(1e-5)
  else expect(check).toMatchObject({ state: 'wrong', engine: 'onnxruntime' })
})

test('a processor that loses products of bytes is found out', async () => {
  // `make_reference.py int8-self-test-saturating`: the same network where pairs of products are added in 16 bits.
  const saturating = [
    [-2.4941178, -3.2627453, 2.8392159, -0.36078434, -1.9764707, -1.0666667],
    [-1.1921569, -4.6901964, 1.6784315, -0.14117648, -0.7686275, -2.3215688],
    [-2.5568629, -0.36078434, 4.5333336, -2.1803923, -4.4705885, -2.2274511],
  ].flat()
  const extract = (): Promise<Float32Array> => Promise.resolve(Float32Array.from(saturating))
  const check = await checkInt8(() => Promise.resolve({ engine: 'onnxruntime', version: '1', extract, close: () => Promise.resolve() }))
  expect(check).toMatchObject({ state: 'wrong' })
})

test('an engine that does not load is skipped and named, and wasm takes over', async () => {
  const { check, skipped } = await chooseEngine('auto', without)
  expect(check.engine).toBe('wasm')
  expect(skipped).toEqual([{ engine: 'onnxruntime', state: 'unavailable', reason: 'libonnxruntime.so: not found' }])
})

test('an engine that answers wrongly is skipped and named', async () => {
  const { check, skipped } = await chooseEngine('auto', wrong)
  expect(check.engine).toBe('wasm')
  expect(skipped).toMatchObject([{ engine: 'onnxruntime', state: 'wrong' }])
})

test('an engine that was asked for by name is not replaced by another one', async () => {
  await expect(chooseEngine('onnxruntime', without)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    details: { engine: 'onnxruntime' },
  })
  await expect(chooseEngine('onnxruntime', wrong)).rejects.toMatchObject({ code: 'ENGINE_WRONG', details: { engine: 'onnxruntime' } })
})

test('answers that are not numbers fail the self-test', async () => {
  const nan: EngineTable = {
    ...engines,
    wasm: async (network, threads) => ({
      ...(await openTfjs('wasm', network, threads)),
      extract: () => Promise.resolve(new Float32Array(18).fill(NaN)),
    }),
  }
  expect(await checkEngine('wasm', nan)).toMatchObject({ state: 'wrong', difference: Infinity })
  const told = await chooseEngine('wasm', nan).catch(toWireError)
  expect(told).toMatchObject({ code: 'ENGINE_WRONG' })
  expect(fromWireError(told as WireError).code).toBe('ENGINE_WRONG')
})

test('a graphics card comes first where there is one; one that fails is named, and the processor takes over', async () => {
  const broken: EngineTable = { ...engines, webgpu: () => Promise.reject(new Error('the driver is broken')) }
  const { check, skipped } = await chooseEngine('auto', broken, card)
  expect(check.engine).toBe('onnxruntime')
  expect(skipped).toEqual([{ engine: 'webgpu', state: 'unavailable', reason: 'the driver is broken' }])
  const works: EngineTable = { ...engines, webgpu: (network, threads) => openTfjs('wasm', network, threads) }
  expect((await chooseEngine('auto', works, card)).check.engine).toBe('webgpu')
})

test.skipIf(!hasSoftwareAdapter)('webgpu gives the numbers that PyTorch computed for the self-test, and names its versions', async () => {
  allowSoftwareAdapter()
  const check = await checkEngine('webgpu')
  expect(check).toMatchObject({ state: 'passed' })
  if (check.state !== 'passed') return
  expect(check.difference).toBeLessThan(1e-5)
  expect(check.version).toMatch(/ on webgpu \d/)
})

test('the engines in use are named with their versions', async () => {
  const inUse = await describeEngines('wasm')
  expect(inUse).toMatchObject({ training: 'cpu', extraction: 'wasm' })
  expect(inUse.versions['wasm']).toMatch(/^\d+\.\d+/)
})

test('extracting on wasm leaves no tensor behind, and a closed extractor none at all', async () => {
  const tf = await loadTfjs()
  const before = tf.memory().numTensors
  const extractor = await openTfjs('wasm', selfTestNetwork(), 1)
  await extractor.extract(referencePictures(16), 3)
  const open = tf.memory().numTensors
  await extractor.extract(referencePictures(16), 1)
  expect(tf.memory().numTensors).toBe(open)
  await extractor.close()
  expect(tf.memory().numTensors).toBe(before)
})
