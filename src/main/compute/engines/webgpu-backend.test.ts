import { beforeAll, describe, expect, test } from 'vitest'
import { isOutOfMemory } from '../out-of-memory.ts'
import { expectCpuGradients, gradientCases } from './gradients-for-tests.ts'
import { loadTfjs, type Tfjs } from './load-tfjs.ts'
import { allowSoftwareAdapter, hasSoftwareAdapter } from './software-adapter-for-tests.ts'
import { releaseUnused } from './webgpu-backend.ts'

describe.skipIf(!hasSoftwareAdapter)(`webgpu${hasSoftwareAdapter ? '' : ' (skipped: no software Vulkan here)'}`, () => {
  let tf: Tfjs
  beforeAll(async () => {
    allowSoftwareAdapter()
    // Whichever engine comes first, the other one is to be found afterwards.
    await loadTfjs('wasm')
    tf = await loadTfjs('webgpu')
  })

  const sumOf = async (side: number): Promise<number> => {
    const sum = tf.tidy(() => tf.sum(tf.fill([side, side], 1)))
    try {
      return (await sum.data())[0] ?? NaN
    } finally {
      sum.dispose()
    }
  }
  const allocated = (): number => (tf.memory() as { numBytesAllocatedInGPU?: number }).numBytesAllocatedInGPU ?? NaN

  test.for(gradientCases)('the gradients of a $kind over $x with $filter, stride $stride, $pad, are those of the cpu backend', (each) =>
    expectCpuGradients(tf, 'webgpu', each),
  )

  test('other engines compute before and after it in one process', async () => {
    for (const engine of ['webgpu', 'wasm', 'webgpu'] as const) {
      await loadTfjs(engine)
      expect(tf.getBackend()).toBe(engine)
      expect(await sumOf(10)).toBe(100)
    }
  })

  test('what does not fit is told as a want of memory instead of as a number, and the next that fits is computed', async () => {
    await loadTfjs('webgpu')
    const before = tf.memory().numTensors
    for (let round = 0; round < 2; round++) {
      const told: unknown = await sumOf(40_000).catch((error: unknown) => error)
      expect(told).toBeInstanceOf(Error)
      expect(isOutOfMemory(told), String(told)).toBe(true)
      expect(await sumOf(10)).toBe(100)
    }
    expect(tf.memory().numTensors).toBe(before)
    expect(allocated()).toBeLessThan(1e6)
  })

  test('memory that no tensor holds goes back when it is asked for, and only that', async () => {
    await loadTfjs('webgpu')
    releaseUnused(tf)
    const before = allocated()
    const kept = tf.fill([100, 100], 2)
    await kept.data()
    expect(await sumOf(1000)).toBe(1e6)
    expect(allocated()).toBeGreaterThan(before + 4e6)
    releaseUnused(tf)
    expect(allocated()).toBeLessThan(before + 1e5)
    expect((await tf.tidy(() => tf.sum(kept)).data())[0]).toBe(20_000)
    kept.dispose()
  })

  test('a card that goes away is told, and is opened anew by whoever loads the engine next', async () => {
    await loadTfjs('webgpu')
    const values = tf.fill([64, 64], 1)
    const reading = tf.matMul(values, values).data()
    ;(tf.backend() as unknown as { device: GPUDevice }).device.destroy()
    await expect(reading).rejects.toMatchObject({ code: 'ENGINE_LOST', details: { engine: 'webgpu' } })
    await expect(sumOf(3)).rejects.toMatchObject({ code: 'ENGINE_LOST' })
    await loadTfjs('webgpu')
    values.dispose()
    expect(await sumOf(10)).toBe(100)
  })
})
