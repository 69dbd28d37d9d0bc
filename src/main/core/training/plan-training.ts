import { StudioError, toWireError, type WireError } from '../../contract/errors.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { planSplit } from '../splits/make-split.ts'
import { missingForTraining, photosIn, requireRoom } from './extract-for-training.ts'
import { forecastSeconds } from './forecast.ts'
import { trainingSource } from './training-source.ts'

export interface TrainingPlan {
  problem: WireError | null
  classes: { name: string; images: number }[]
  parts: { train: number; validation: number; test: number }
  toExtract: number
  forecastSeconds: number | null
}

/** What a training with this recipe would do now. A reason why it cannot start is part of the answer, not an error. */
export async function planTraining(context: StudioContext, project: OpenProject, recipe: Recipe): Promise<TrainingPlan> {
  const plan: TrainingPlan = {
    problem: null,
    classes: [],
    parts: { train: 0, validation: 0, test: 0 },
    toExtract: 0,
    forecastSeconds: null,
  }
  try {
    const split = planSplit(project.db, splitSettings(recipe))
    plan.classes = split.classes.map((each) => ({
      name: each.name,
      images: split.members.filter((member) => member.classId === each.id).length,
    }))
    for (const { part } of split.members) plan.parts[part]++
    const source = await trainingSource(context, recipe)
    const hashes = split.members.map((member) => member.hash)
    const missing = await missingForTraining(context, project, source, hashes)
    plan.toExtract = photosIn(missing)
    plan.forecastSeconds = await forecastSeconds(context, { recipe, source, parts: plan.parts, classCount: plan.classes.length, missing })
    await requireRoom(project, missing)
  } catch (error) {
    if (!(error instanceof StudioError)) throw error
    plan.problem = toWireError(error)
  }
  return plan
}

/** What a recipe says about its split. */
export function splitSettings(recipe: Recipe): { seed: number; shares: Recipe['shares'] } {
  return { seed: recipe.splitSeed ?? recipe.seed, shares: recipe.shares }
}
