import { spawnSync } from 'node:child_process'
import { env, execPath } from 'node:process'
import { describe, expect, test } from 'vitest'
import { adapterName, isSoftware, searchAdapter } from './graphics-adapter.ts'
import { hasSoftwareAdapter } from './software-adapter-for-tests.ts'

const adapter = (device: string, facts: Partial<Parameters<typeof adapterName>[0]> = {}) => ({
  vendor: '',
  architecture: '',
  device,
  description: '',
  ...facts,
})

describe('a graphics adapter', () => {
  test.each([
    ['nvidia-geforce-rtx-3080', 'NVIDIA GeForce RTX 3080'],
    ['nvidia-h200', 'NVIDIA H200'],
    ['intel-r-uhd-graphics-630-cfl-gt2-', 'Intel UHD Graphics 630 Cfl GT2'],
    ['amd-radeon-rx-6800-xt-radv-navi21-', 'AMD Radeon RX 6800 XT RADV NAVI21'],
    ['apple-m1-max', 'Apple M1 Max'],
  ])('that Dawn calls %s is called %s', (device, name) => {
    expect(adapterName(adapter(device))).toBe(name)
  })

  test('without a name is called by its driver, or by who made it', () => {
    expect(adapterName(adapter('', { vendor: 'arm', description: 'Mali driver 12' }))).toBe('Mali driver 12')
    expect(adapterName(adapter('', { vendor: 'arm' }))).toBe('arm')
  })

  test.each([
    adapter('swiftshader-device-subzero-', { vendor: 'google', architecture: 'swiftshader' }),
    adapter('llvmpipe-llvm-15-0-6-256-bits-', { vendor: 'mesa' }),
    adapter('microsoft-basic-render-driver', { vendor: 'microsoft', architecture: 'warp' }),
    adapter('something-new', { isFallbackAdapter: true }),
  ])('that is a program on the processor is known as such: $device', (facts) => {
    expect(isSoftware(facts)).toBe(true)
  })

  test('that is a card is not taken for one', () => {
    expect(isSoftware(adapter('nvidia-geforce-rtx-3080', { vendor: 'nvidia', architecture: 'ampere', isFallbackAdapter: false }))).toBe(
      false,
    )
    expect(isSoftware(adapter('amd-radeon-graphics', { vendor: 'amd', description: 'Mesa driver, warped speed' }))).toBe(false)
  })

  test.skipIf(!hasSoftwareAdapter)('of software is refused with a plain reason, unless it is allowed', async () => {
    expect(await searchAdapter(false)).toEqual({
      state: 'none',
      reason: expect.stringMatching(
        /^the only graphics adapter here is a software one \(SwiftShader.*\), which is slower than the processor$/,
      ),
    })
    expect(await searchAdapter(true)).toEqual({ state: 'found', name: expect.stringMatching(/^SwiftShader/) })
  })
})

/** A process of its own: what it prints, after it has ended by itself. */
function inOwnProcess(script: string, changes: Record<string, string>): string {
  const file = new URL('./graphics-adapter.ts', import.meta.url).href
  const engine = new URL('./load-tfjs.ts', import.meta.url).href
  const args = ['--input-type=module', '--eval', script.replace('ADAPTER', file).replace('ENGINE', engine)]
  const { status, stdout, stderr } = spawnSync(execPath, args, { encoding: 'utf8', env: { ...env, ...changes } })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

test('where no driver is, that is said, and the process ends as if nobody had looked', () => {
  const script = `const { findAdapter } = await import('ADAPTER'); console.log(JSON.stringify(await findAdapter()))`
  const found = JSON.parse(inOwnProcess(script, { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' })) as unknown
  if (process.platform === 'linux')
    expect(found).toEqual({ state: 'none', reason: 'no graphics adapter was found that has a Vulkan driver' })
})

test.skipIf(!hasSoftwareAdapter)('a process that has computed on an adapter ends by itself', () => {
  const script = `const { loadTfjs } = await import('ENGINE'); const tf = await loadTfjs('webgpu'); console.log((await tf.sum(tf.fill([9, 9], 1)).data())[0])`
  expect(inOwnProcess(script, { GRAFT_SOFTWARE_ADAPTER: '1' })).toBe('81')
})
