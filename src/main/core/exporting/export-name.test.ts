import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { exportName } from './export-name.ts'

const run = { backbone: 'efficientnet-lite0', runNumber: 3, format: 'tfjs' } as const

test('the name says project, starting network and run', () => {
  expect(exportName({ ...run, projectName: 'My Birds (2026)' })).toBe('my-birds-2026-efficientnet-lite0-run3-tfjs')
  expect(exportName({ ...run, projectName: 'Äpfel & Öl' })).toBe('apfel-ol-efficientnet-lite0-run3-tfjs')
  expect(exportName({ ...run, projectName: '猫と犬' })).toBe('model-efficientnet-lite0-run3-tfjs')
})

test.prop([fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })])(
  'any project name gives a name that every system takes',
  (projectName) => {
    expect(exportName({ ...run, projectName })).toMatch(/^[a-z0-9][a-z0-9-]{0,59}-efficientnet-lite0-run3-tfjs$/)
  },
)
