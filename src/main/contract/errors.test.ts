import { expect, test } from 'vitest'
import { StudioError, fromWireError, toWireError } from './errors.ts'

test('an error comes back from a worker with its code and details', () => {
  const thrown = new StudioError('TRAINING_DIVERGED', { epoch: 3, learningRate: 0.5 })
  expect(fromWireError(toWireError(thrown))).toMatchObject({ code: 'TRAINING_DIVERGED', details: { epoch: 3, learningRate: 0.5 } })
})

test('details that do not fit their code are told as a bug and do not bring down the process that hears of them', () => {
  const heard = fromWireError({ code: 'ENGINE_WRONG', details: { engine: 'wasm', difference: Number.NaN } })
  expect(heard.code).toBe('INTERNAL')
  expect(heard.message).toContain('ENGINE_WRONG')
})
