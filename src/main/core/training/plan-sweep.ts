import type { Database } from 'better-sqlite3'
import type { WireError } from '../../contract/errors.ts'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import type { Recipe, RunSummary } from '../../contract/runs.ts'
import type { Expectation, PlannedTraining, SweepPlan } from '../../contract/sweeps.ts'
import { readScores } from '../adviser/score-rows.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { forecastParts, type ForecastParts } from './forecast.ts'
import { gatherForecast, planTraining } from './plan-training.ts'
import { recipeName } from './recipe-name.ts'
import { listRuns } from './run-rows.ts'

/** A training before its place in the order is known. */
interface Candidate extends ForecastParts {
  readonly index: number
  readonly problem: WireError | null
  readonly expected: Expectation
}

const unknownTime: ForecastParts = { extraction: [], learning: null }

/** In which order several trainings should go, and how long that takes. `measuring` ends what is measured; null: nothing may be. */
export async function planSweep(
  context: StudioContext,
  project: OpenProject,
  {
    recipes,
    engine,
    measuring,
  }: { readonly recipes: readonly Recipe[]; readonly engine: TrainingEngineWanted; readonly measuring: AbortSignal | null },
): Promise<SweepPlan> {
  const expect = expectations(project.db)
  // Trainings that differ by their seed alone take as long, and what stops one stops all.
  const known = new Map<string, Pick<Candidate, 'problem'> & ForecastParts>()
  const candidates: Candidate[] = []
  for (const [index, recipe] of recipes.entries()) {
    const name = recipeName(recipe)
    let own = known.get(name)
    if (own === undefined) {
      const { problem } = await planTraining(context, project, recipe)
      const training = problem === null ? await gatherForecast(context, project, { recipe, engine }) : null
      own = { problem, ...(training === null ? unknownTime : await forecastParts(context, { ...training, measuring })) }
      known.set(name, own)
    }
    candidates.push({ index, expected: expect(recipe), ...own })
  }
  return inOrder(candidates)
}

/** Those that should be right most often first, of equals the quickest; what one extracts, none after it extracts again. */
export function inOrder(candidates: readonly Candidate[]): SweepPlan {
  const sorted = candidates.toSorted(
    (one, other) =>
      rightOf(other.expected) - rightOf(one.expected) ||
      (one.learning ?? Infinity) - (other.learning ?? Infinity) ||
      one.index - other.index,
  )
  const extracted = new Set<string>()
  const trainings = sorted.map(({ index, problem, expected, extraction, learning }): PlannedTraining => {
    let seconds = problem === null ? learning : null
    for (const each of extraction) {
      if (extracted.has(each.features)) continue
      extracted.add(each.features)
      seconds = seconds === null || each.seconds === null ? null : seconds + each.seconds
    }
    return { index, problem, expected, seconds }
  })
  const startable = trainings.filter(({ problem }) => problem === null)
  return {
    trainings,
    seconds: startable.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
    unknown: startable.filter(({ seconds }) => seconds === null).length,
  }
}

/** Below every share where nothing is known. */
function rightOf(expected: Expectation): number {
  return expected.by === 'nothing' ? -1 : expected.right
}

/** What is known of trainings with a recipe: by the comparison of the starting networks, else by runs before. The test has no say in what is tried first. */
function expectations(db: Database): (recipe: Recipe) => Expectation {
  const advised = new Map(readScores(db).map(({ backbone, probe }) => [backbone, probe.replaceAll('0', '').length / probe.length]))
  const likeness = ({ backbone, mode }: Recipe): string => (mode === 'scratch' ? mode : `${mode} ${backbone}`)
  const before = Map.groupBy(
    listRuns(db).filter((run): run is RunSummary & { validation: object } => run.validation !== null),
    ({ recipe }) => likeness(recipe),
  )
  return (recipe) => {
    const right = recipe.mode === 'scratch' ? undefined : advised.get(recipe.backbone)
    if (right !== undefined) return { by: 'advice', right }
    const runs = before.get(likeness(recipe)) ?? []
    if (runs.length === 0) return { by: 'nothing' }
    return { by: 'runs', right: runs.reduce((sum, { validation }) => sum + validation.accuracy, 0) / runs.length, runs: runs.length }
  }
}
