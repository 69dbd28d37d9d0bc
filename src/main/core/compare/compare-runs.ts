import type { Interval } from '../../contract/ids.ts'
import type { Comparison, RunSummary } from '../../contract/runs.ts'
import { mcnemarP } from './mcnemar.ts'

export interface ComparedRun {
  readonly run: RunSummary & { test: Interval }
  /** What the run said about each of its test images, with the class the image had in its split. */
  readonly answers: readonly { readonly hash: string; readonly classId: number; readonly predictedId: number }[]
}

/** Below it a difference is called one (two-sided). */
const significance = 0.05

/**
 * The second run against the first: settings that differ, and the exact McNemar test on the images that both were tested on with the
 * same class. The verdict says `better` or `worse` when that test is significant, and `not comparable` when neither run was tested on all
 * test images of the other (other splits), or on none with the same class.
 */
export function compareRuns(first: ComparedRun, second: ComparedRun): Comparison {
  const mcnemar = testPaired(first, second)
  return {
    runs: [first.run, second.run],
    differs: differentSettings(first.run, second.run),
    test: [first.run.test, second.run.test],
    mcnemar,
    verdict: mcnemar === null || !areNested(first, second) ? 'not comparable' : verdictOf(mcnemar),
  }
}

function testPaired(first: ComparedRun, second: ComparedRun): Comparison['mcnemar'] {
  const ofFirst = new Map(first.answers.map((answer) => [answer.hash, answer]))
  let n = 0
  let onlyFirst = 0
  let onlySecond = 0
  for (const answer of second.answers) {
    const other = ofFirst.get(answer.hash)
    if (other?.classId !== answer.classId) continue
    const [firstIsRight, secondIsRight] = [other.predictedId === other.classId, answer.predictedId === answer.classId]
    n++
    if (firstIsRight && !secondIsRight) onlyFirst++
    if (secondIsRight && !firstIsRight) onlySecond++
  }
  return n === 0 ? null : { onlyFirst, onlySecond, n, p: mcnemarP(onlyFirst, onlySecond) }
}

/** A split is sticky, so the test images of a project that has grown hold those from before: the smaller set can be compared. */
function areNested(first: ComparedRun, second: ComparedRun): boolean {
  const [smaller, larger] = [first, second]
    .map(({ answers }) => new Set(answers.map((answer) => answer.hash)))
    .sort((one, other) => one.size - other.size)
  return [...smaller!].every((hash) => larger!.has(hash))
}

function verdictOf({ p, onlyFirst, onlySecond }: NonNullable<Comparison['mcnemar']>): Comparison['verdict'] {
  if (p >= significance) return 'not certain'
  return onlySecond > onlyFirst ? 'better' : 'worse'
}

function differentSettings(first: RunSummary, second: RunSummary): Comparison['differs'] {
  const [ofFirst, ofSecond] = [settingsOf(first), settingsOf(second)]
  const differs: Comparison['differs'] = {}
  for (const name of Object.keys(ofFirst) as (keyof typeof ofFirst)[]) {
    // Another backbone has another hash; the hash says something only where the name is the same.
    if (name === 'backboneHash' && 'backbone' in differs) continue
    const values = [ofFirst[name], ofSecond[name]] as const
    if (JSON.stringify(values[0]) !== JSON.stringify(values[1])) differs[name] = [...values]
  }
  return differs
}

/** Everything that decides a run's numbers, defaults filled in, in one order of keys. */
function settingsOf({ recipe, splitId, backboneHash, engine }: RunSummary) {
  const { train, validation, test } = recipe.shares
  return {
    ...recipe,
    splitSeed: recipe.splitSeed ?? recipe.seed,
    shares: { train, validation, test },
    split: splitId,
    backboneHash,
    engine: engine === null ? null : { training: engine.training, extraction: engine.extraction },
  }
}
