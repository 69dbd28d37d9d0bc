import { expect, test } from 'vitest'
import type { Class } from '../../main/contract/labels.ts'
import type { Project } from '../../main/contract/project.ts'
import { nextStep } from './next-step.ts'

const project = (counts: Partial<Project>): Project => ({
  name: 'Birds',
  path: '/birds.graft',
  createdAtMs: 0,
  images: 40,
  labelled: 40,
  classes: 2,
  runs: 0,
  exports: 0,
  ...counts,
})
const classes = (...images: readonly number[]): readonly Class[] =>
  images.map((count, position) => ({
    id: position + 1,
    name: `class ${position}`,
    colour: '#000000',
    position,
    images: count,
    boundKey: null,
    key: null,
  }))

test('the next step leads from photos to classes, to a training, to an export, and then nowhere', () => {
  expect([
    nextStep(project({ images: 0, labelled: 0 }), [], false),
    nextStep(project({ labelled: 0 }), classes(0, 0), false),
    nextStep(project({ labelled: 30 }), classes(28, 2), false),
    nextStep(project({ labelled: 30 }), classes(14, 14, 2), false),
    nextStep(project({}), classes(20, 20, 0), false),
    nextStep(project({ runs: 1 }), classes(20, 20), true),
    nextStep(project({ runs: 1, exports: 1 }), classes(20, 20), true),
  ]).toEqual(['photos', 'label', 'label', 'label', 'train', 'export', null])
})

test('where every photo has its class and there are too few of another, photos are what is missing', () => {
  expect([nextStep(project({}), classes(40), false), nextStep(project({}), classes(38, 2), false)]).toEqual(['photos', 'photos'])
})

test('a first training that has not ended leads nowhere yet', () => {
  expect(nextStep(project({ runs: 1 }), classes(20, 20), false)).toBeNull()
})
