import { expect, test } from 'vitest'
import { engineTestWords, engineWords } from './engine.ts'
import { trainingEngineWords } from './training-engine.ts'

const card = { state: 'found', name: 'NVIDIA GeForce RTX 3080' } as const
const noCard = { state: 'none', reason: 'no graphics adapter was found' } as const
const onCard = { training: 'cpu', extraction: 'webgpu', networks: { engine: 'webgpu', device: card.name }, adapter: card } as const
const onProcessor = {
  training: 'cpu',
  extraction: 'onnxruntime',
  networks: { engine: 'tfjs-node-gpu', device: 'CPU' },
  adapter: noCard,
} as const

test('the chip says in plain words where the arithmetic is done, and names what trains networks and what looks at photos beside them, once where it is the same', () => {
  expect(engineWords.short(onProcessor)).toBe("This computer's processor")
  expect(engineWords.short(onCard)).toBe("This computer's graphics card")
  expect(engineWords.short({ ...onProcessor, networks: { engine: 'tfjs-node-gpu', device: 'GPU' } })).toBe('Graphics card and processor')
  expect([engineWords.names(onProcessor), engineWords.names(onCard)]).toEqual(['TensorFlow, onnxruntime', 'WebGPU'])
  expect(engineWords.label(onProcessor)).toBe(
    "Engine: This computer's processor (trains networks with TensorFlow, on the processor; looks at photos with onnxruntime, on the processor)",
  )
  expect(engineWords.networks(onCard)).toBe('WebGPU, on NVIDIA GeForce RTX 3080')
  expect(engineWords.looksWith(onCard)).toBe('WebGPU, on NVIDIA GeForce RTX 3080')
  expect(engineWords.heads(onCard)).toBe('Plain arithmetic, on the processor')
})

test('where only a run tells which engines there were, they are named without a place', () => {
  const ofRun = { training: 'wasm', extraction: 'onnxruntime' }
  expect([engineWords.names(ofRun), engineWords.short(ofRun)]).toEqual(['WebAssembly, onnxruntime', "This computer's processor"])
  expect(engineWords.networks(ofRun)).toBe('WebAssembly')
  expect(engineWords.label(null)).toBe("Engine: This computer's processor")
})

test('settings tell what trains here, and why a graphics card that was chosen does not', () => {
  expect(trainingEngineWords.expected('auto', onProcessor, true)).toBe('Here: TensorFlow, on the processor.')
  expect(trainingEngineWords.expected('webgpu', onCard, false)).toBe('Here: WebGPU, on NVIDIA GeForce RTX 3080.')
  expect(trainingEngineWords.expected('webgpu', { ...onProcessor, networks: { engine: 'webgpu', device: null } }, false)).toBe(
    'WebGPU does not work on this computer. No graphics adapter was found.',
  )
  expect(trainingEngineWords.expected('tfjs-node-gpu', onProcessor, false)).toMatch(/not on this computer: install it/)
  expect(trainingEngineWords.expected('auto', null, false)).toMatch(/when it is first needed/)
})

test('the test of an engine tells where it computes and how exactly, or why it does not', () => {
  const works = {
    engine: 'wasm',
    does: ['extract'],
    state: 'works',
    version: '4.22.0',
    device: 'CPU',
    difference: 1.234e-6,
    reason: null,
  } as const
  expect(engineTestWords.more({ ...works, does: ['extract'] })).toBe('on the processor; version 4.22.0; off by 0.0000012 at most')
  expect(engineTestWords.engine({ ...works, does: ['extract'] })).toBe('WebAssembly (wasm)')
  const missing = { ...works, engine: 'webgpu' as const, does: ['extract' as const], state: 'unavailable' as const, reason: noCard.reason }
  expect(engineTestWords.more(missing)).toBe('No graphics adapter was found.')
  expect(engineTestWords.engine(missing)).toBe('WebGPU')
})
