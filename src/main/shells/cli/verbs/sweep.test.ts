import { expect, test } from 'vitest'
import { recipesOf, type SweepOptions } from './sweep.ts'

const triples = (options: SweepOptions) => recipesOf(options, 'the-default').map(({ backbone, mode, seed }) => [backbone, mode, seed])

test('the flags of a sweep name every combination, each once', () => {
  expect(triples({ backbone: 'net-a, net-b,net-a', seeds: '2..3' })).toEqual([
    ['net-a', 'head', 2],
    ['net-a', 'head', 3],
    ['net-b', 'head', 2],
    ['net-b', 'head', 3],
  ])
  expect(triples({ mode: 'fine-tune,scratch', blocks: '2', scratchPx: '96', seeds: '7,1,7' })).toEqual([
    ['the-default', 'fine-tune', 7],
    ['the-default', 'fine-tune', 1],
    ['the-default', 'scratch', 7],
    ['the-default', 'scratch', 1],
  ])
})

test('each way to train has the settings of its named recipe, but for what flags say', () => {
  const settings = (options: SweepOptions) =>
    recipesOf({ mode: 'head,fine-tune,scratch', ...options }, 'the-default').map((each) => [each.epochs, each.learningRate, each.schedule])
  expect(settings({})).toEqual([
    [30, 0.001, 'constant'],
    [4, 0.0001, 'one-cycle'],
    [100, 0.001, 'constant'],
  ])
  expect(settings({ epochs: '2' })).toEqual([
    [2, 0.001, 'constant'],
    [2, 0.0001, 'one-cycle'],
    [2, 0.001, 'constant'],
  ])
})

test('all are on one split: the one that graft train takes by default', () => {
  expect(new Set(recipesOf({ seeds: '4..6' }, 'the-default').map(({ splitSeed }) => splitSeed))).toEqual(new Set([1]))
  expect(recipesOf({ seeds: '4', splitSeed: '9' }, 'the-default')[0]?.splitSeed).toBe(9)
})

test.each<[SweepOptions, string]>([
  [{ seeds: '5..1' }, '--seeds must be a range such as 1..5 or a list such as 1,2,7, not 5..1'],
  [{ seeds: '1..3000' }, '--seeds must be a range such as 1..5 or a list such as 1,2,7, not 1..3000'],
  [{ backbone: 'net-a,' }, 'holds an empty name: write A,B'],
  [{ backbone: 'net-a,net-b,net-c', seeds: '1..100' }, '300 trainings are more than the 200 of one sweep'],
  [{ mode: 'head,fine-tune', scratchPx: '96' }, '--scratch-px goes with --mode scratch alone'],
  [{ mode: 'heads' }, '--mode'],
])('%j is refused, with what to write', (options, reason) => expect(() => recipesOf(options, 'the-default')).toThrow(reason))
