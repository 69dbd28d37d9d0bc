import { expect, test } from 'vitest'
import { engineWords } from './settings.ts'

test('the state of the engine tells what is in use, and that what was chosen does not work', () => {
  const engine = { training: 'cpu', extraction: 'wasm' }
  expect(engineWords('auto', engine)).toBe('WebAssembly passed its test on this computer and is in use.')
  expect(engineWords('wasm', engine)).toBe('WebAssembly passed its test on this computer and is in use.')
  expect(engineWords('onnxruntime', engine)).toMatch(/^onnxruntime does not work on this computer\. WebAssembly passed/)
  expect(engineWords('auto', null)).toMatch(/could not be asked/)
})
