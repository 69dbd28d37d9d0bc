import { judgeTraining } from '../../../src/main/core/coach/judge-training.ts'
import { readLibrary, type LibraryCurve } from '../../../src/main/core/coach/library-for-tests.ts'
import { wilsonInterval } from '../../../src/main/core/metrics/wilson-interval.ts'
import type { Row } from '../measurements.ts'

const mainOf = ({ evidence }: LibraryCurve): string => judgeTraining(evidence).findings[0]?.kind ?? 'nothing wrong'
const calledOf = ({ fault }: LibraryCurve): string => fault ?? 'nothing wrong'

function share(curves: readonly LibraryCurve[], isSo: (curve: LibraryCurve) => boolean): string {
  const { accuracy, low, high, n } = wilsonInterval(curves.filter(isSo).length, curves.length)
  const percent = (value: number): string => (100 * value).toFixed(1)
  return `${Math.round(accuracy * n)} of ${n}, ${percent(accuracy)} % (${percent(low)} to ${percent(high)})`
}

/** What was planted, and what the coach names in its place where that differs, the most frequent first. */
function rowOf(what: string, curves: readonly LibraryCurve[]): Row {
  const wrong = Map.groupBy(
    curves.filter((curve) => mainOf(curve) !== calledOf(curve)),
    mainOf,
  )
  const others = [...wrong].toSorted(([, one], [, other]) => other.length - one.length).map(([name, own]) => `${own.length} ${name}`)
  return {
    what: `planted, held back: ${what} / named in its place`,
    graft: share(curves, (curve) => mainOf(curve) === calledOf(curve)),
    other: others.join(', '),
    ratio: '',
    wanted: '',
  }
}

/** What the coach says of trainings with planted faults, of the half that was held back. The numbers do not depend on the machine. */
export function coaching(): readonly Row[] {
  const library = readLibrary()
  const [heldBack, tuning] = [library.filter((curve) => curve.heldBack), library.filter((curve) => !curve.heldBack)]
  const isRight = (curve: LibraryCurve): boolean => mainOf(curve) === calledOf(curve)
  const sound = (curves: readonly LibraryCurve[]): LibraryCurve[] => curves.filter(({ fault }) => fault === null)
  const all = (what: string, count: (curves: readonly LibraryCurve[]) => string, wanted: string): Row => ({
    ...{ what, graft: count(heldBack), other: count(tuning), ratio: '', wanted },
  })
  return [
    all('the coach names what was planted, or nothing: held back / what its rules were made with', (some) => share(some, isRight), '95 %'),
    all(
      'it blames a sound training: held back / what its rules were made with',
      (some) => share(sound(some), (each) => !isRight(each)),
      '2 % at most',
    ),
    ...[...Map.groupBy(heldBack, calledOf)].map(([what, curves]) => rowOf(what, curves)),
  ]
}
