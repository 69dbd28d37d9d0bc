import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Evidence } from './evidence.ts'
import { judgeTraining } from './judge-training.ts'
import { libraryPath, readLibrary, type LibraryCurve } from './library-for-tests.ts'

const library = readLibrary()
const heldBack = library.filter((curve) => curve.heldBack)
const mainOf = (evidence: Evidence): string | null => judgeTraining(evidence).findings[0]?.kind ?? null
const shareOf = (curves: readonly LibraryCurve[], isSo: (curve: LibraryCurve) => boolean): number =>
  curves.filter(isSo).length / curves.length

describe('on real trainings with planted faults', () => {
  test('there are hundreds of them, half of them held back, in a file that is small', () => {
    expect(library.length).toBeGreaterThan(400)
    expect(Math.abs(heldBack.length / library.length - 0.5)).toBeLessThan(0.05)
    expect(statSync(libraryPath).size).toBeLessThan(900_000)
    expect(new Set(library.map(({ name }) => name)).size).toBe(library.length)
  })
  test('what is held back is told right in 95 of 100, and of 100 sound ones two at most are blamed', () => {
    expect(shareOf(heldBack, ({ evidence, fault }) => mainOf(evidence) === fault)).toBeGreaterThanOrEqual(0.95)
    const sound = heldBack.filter(({ fault }) => fault === null)
    expect(sound.length).toBeGreaterThan(60)
    expect(shareOf(sound, ({ evidence }) => mainOf(evidence) !== null)).toBeLessThanOrEqual(0.02)
  })
  test('a sound training is not blamed while it is under way either', () => {
    const sound = library.filter(({ fault }) => fault === null)
    const alarmed = sound.filter(({ evidence }) =>
      evidence.epochs.some(
        (_, index) =>
          mainOf({ ...evidence, epochs: evidence.epochs.slice(0, index + 1), ended: 'running', confusion: null, labelCheck: null }) !==
          null,
      ),
    )
    expect(alarmed.length / sound.length).toBeLessThanOrEqual(0.02)
  })
})

describe('what is said', () => {
  const faulty = (fault: string): Evidence => (library.find((curve) => curve.fault === fault) as LibraryCurve).evidence
  test('of a training that ended in numbers beyond all bounds is its rate, whatever that was', () => {
    const { findings } = judgeTraining({ ...faulty('rate-too-high'), ended: 'diverged', epochs: [], confusion: null })
    expect(findings[0]).toMatchObject({ kind: 'rate-too-high', diverged: true, step: { kind: 'train' } })
  })
  test('of one that trains and learns by heart is to stop it', () => {
    const evidence = library.find(
      ({ fault, name }) => fault === 'overfitting' && mainOf((byName(name) as LibraryCurve).evidence) === fault,
    )?.evidence
    expect(judgeTraining({ ...(evidence as Evidence), ended: 'running', confusion: null }).findings[0]).toMatchObject({
      kind: 'overfitting',
      step: { kind: 'stop' },
    })
  })
  test('of few photos to tune with says so alone where their curve can tell nothing else', () => {
    expect(judgeTraining(faulty('few-validation')).findings.map(({ kind }) => kind)).not.toContain('noisy-labels')
  })
  test('of a training without an epoch is nothing of its curves', () => {
    expect(judgeTraining({ ...faulty('overfitting'), ended: 'running', epochs: [], confusion: null })).toEqual({
      ...{ findings: [], isEarly: true, partsAt: null, roughness: null },
    })
  })
})

function byName(name: string): LibraryCurve | undefined {
  return library.find((curve) => curve.name === name)
}
