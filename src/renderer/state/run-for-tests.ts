import { Recipe, type RunSummary } from '../../main/contract/runs.ts'

/** A finished run, right on 90 of 100 test photos, with what a test wants to be different. Its id is `run-NUMBER`. */
export function runForTests(number: number, changes: Partial<RunSummary> = {}, recipe: Partial<Recipe> = {}): RunSummary {
  return {
    id: `run-${number}`,
    number,
    state: 'finished',
    error: null,
    recipe: Recipe.parse({ backbone: 'efficientnet-lite0', ...recipe }),
    splitId: 1,
    backboneHash: 'hash',
    network: null,
    engine: { training: 'native', extraction: 'onnxruntime' },
    versions: {},
    bestEpoch: 5,
    endedBecause: 'completed',
    validation: { accuracy: 0.9, low: 0.82, high: 0.94, n: 100 },
    test: { accuracy: 0.9, low: 0.82, high: 0.94, n: 100 },
    seconds: { features: 0, training: 1, total: 1 },
    tempering: { state: 'never' },
    answerFromPercent: 0,
    foreign: null,
    createdAtMs: number * 1000,
    endedAtMs: number * 1000 + 900,
    name: null,
    notes: '',
    tags: [],
    pinned: false,
    ...changes,
  }
}
