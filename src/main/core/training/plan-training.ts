import { StudioError, toWireError, type WireError } from '../../contract/errors.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { planSplit, type Split } from '../splits/make-split.ts'
import { missingForTraining, photosIn, requireRoom } from './extract-for-training.ts'
import type { ToForecast } from './forecast.ts'
import { trainingSource } from './training-source.ts'

export interface TrainingPlan {
  problem: WireError | null
  classes: { name: string; images: number }[]
  parts: { train: number; validation: number; test: number }
  toExtract: number
}

/** What a training with this recipe would do now. A reason why it cannot start is part of the answer, not an error. */
export async function planTraining(context: StudioContext, project: OpenProject, recipe: Recipe): Promise<TrainingPlan> {
  const plan: TrainingPlan = { problem: null, classes: [], parts: { train: 0, validation: 0, test: 0 }, toExtract: 0 }
  try {
    const split = planSplit(project.db, splitSettings(recipe))
    plan.classes = split.classes.map((each) => ({
      name: each.name,
      images: split.members.filter((member) => member.classId === each.id).length,
    }))
    plan.parts = countParts(split)
    const source = await trainingSource(context, recipe)
    const missing = await missingForTraining(context, project, source, split.members)
    plan.toExtract = photosIn(missing)
    await requireRoom(project, missing)
  } catch (error) {
    if (!(error instanceof StudioError)) throw error
    plan.problem = toWireError(error)
  }
  return plan
}

/** What a forecast needs to know; null where the training cannot start, which the plan tells. */
export async function gatherForecast(
  context: StudioContext,
  project: OpenProject,
  { recipe, engine }: Pick<ToForecast, 'recipe' | 'engine'>,
): Promise<Omit<ToForecast, 'measuring'> | null> {
  try {
    const split = planSplit(project.db, splitSettings(recipe))
    const source = await trainingSource(context, recipe)
    const missing = await missingForTraining(context, project, source, split.members)
    return { recipe, engine, source, parts: countParts(split), classCount: split.classes.length, missing }
  } catch (error) {
    if (error instanceof StudioError) return null
    throw error
  }
}

function countParts({ members }: Pick<Split, 'members'>): TrainingPlan['parts'] {
  const parts = { train: 0, validation: 0, test: 0 }
  for (const { part } of members) parts[part]++
  return parts
}

/** What a recipe says about its split. */
export function splitSettings(recipe: Recipe): { seed: number; shares: Recipe['shares'] } {
  return { seed: recipe.splitSeed ?? recipe.seed, shares: recipe.shares }
}
