import { implement } from '@orpc/server'
import { sweeps } from '../../contract/sweeps.ts'
import type { StudioContext } from '../context.ts'
import type { Measuring } from './forecast.ts'
import { planSweep } from './plan-sweep.ts'
import { findRepeats } from './repeats.ts'
import { listRuns } from './run-rows.ts'
import { pauseRuns, resumeRuns, startRuns, wholeRecipe } from './start-runs.ts'

/** Handlers of `sweeps`. */
export function sweepProcedures(context: StudioContext, measuring: Measuring) {
  const os = implement(sweeps)
  return {
    plan: os.plan.handler(({ input: { recipes, engine = context.settings().training, measure }, signal }) => {
      const ends = measure ? measuring.begin(signal) : null
      const whole = recipes.map((recipe) => wholeRecipe(context, recipe))
      return planSweep(context, context.project(), { recipes: whole, engine, measuring: ends })
    }),
    start: os.start.handler(({ input: { recipes, engine } }) => {
      measuring.stop()
      const whole = recipes.map((recipe) => wholeRecipe(context, recipe))
      return startRuns(context, context.project(), whole, engine)
    }),
    pause: os.pause.handler(({ input }) => pauseRuns(context, context.project(), input.runs)),
    resume: os.resume.handler(({ input }) => {
      measuring.stop()
      return resumeRuns(context, context.project(), input.runs)
    }),
    repeats: os.repeats.handler(() => findRepeats(listRuns(context.project().db))),
  }
}
