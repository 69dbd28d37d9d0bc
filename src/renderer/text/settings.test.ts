import { expect, test } from 'vitest'
import { engineSentence } from './settings.ts'

test('the state of the engine tells what is in use, and that what was chosen does not work', () => {
  const engine = {
    training: 'cpu',
    extraction: 'wasm',
    networks: { engine: 'wasm', device: 'CPU' },
    adapter: { state: 'none', reason: 'no graphics adapter was found' },
  } as const
  expect(engineSentence('auto', engine)).toBe('WebAssembly passed its test on this computer and is in use.')
  expect(engineSentence('auto', { ...engine, skipped: [{ engine: 'onnxruntime', reason: 'its self-test is off by 0.03' }] })).toBe(
    'onnxruntime is passed over: its self-test is off by 0.03. WebAssembly passed its test on this computer and is in use.',
  )
  expect(engineSentence('wasm', engine)).toBe('WebAssembly passed its test on this computer and is in use.')
  expect(engineSentence('onnxruntime', engine)).toMatch(/^onnxruntime does not work on this computer\. WebAssembly passed/)
  expect(engineSentence('auto', null)).toMatch(/could not be asked/)
})
