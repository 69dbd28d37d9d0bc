import { implement } from '@orpc/server'
import { StudioError } from '../../contract/errors.ts'
import { runs } from '../../contract/runs.ts'
import type { Comparison } from '../../contract/runs.ts'
import { compareRuns, type ComparedRun } from '../compare/compare-runs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { readSplit } from '../splits/make-split.ts'
import { writeThreshold } from './answering-rows.ts'
import { writeAnnotation } from './annotation-rows.ts'
import { runDeletion } from './delete-runs.ts'
import { evaluateRun, imagesOfCell, mostProbable } from './evaluate-run.ts'
import { drawLooks } from './draw-looks.ts'
import { findRate } from './find-rate.ts'
import { forecastSeconds, type Measuring } from './forecast.ts'
import { gatherForecast, planTraining } from './plan-training.ts'
import { predictFiles } from './predict-files.ts'
import { listRuns, readEpochs, readFinishedRun, readPredictions, readRun } from './run-rows.ts'
import { startRuns, wholeRecipe } from './start-runs.ts'
import { surenessOfRun } from './sureness-of-run.ts'
import { refuseForeign } from './refuse-foreign.ts'
import { temperRun } from './temper-run.ts'

/** Handlers of `runs`. */
export function runProcedures(context: StudioContext, measuring: Measuring) {
  const os = implement(runs)
  const remove = runDeletion(context)
  return {
    plan: os.plan.handler(({ input }) => planTraining(context, context.project(), wholeRecipe(context, input.recipe))),
    forecast: os.forecast.handler(async ({ input: { recipe, engine = context.settings().training, measure }, signal }) => {
      // Before anything is waited for: what comes next ends it.
      const ends = measure ? measuring.begin(signal) : null
      const training = await gatherForecast(context, context.project(), { recipe: wholeRecipe(context, recipe), engine })
      return { seconds: training === null ? null : await forecastSeconds(context, { ...training, measuring: ends }) }
    }),
    looks: os.looks.handler(({ input: { recipe, ...asked } }) =>
      drawLooks(context, context.project(), { recipe: wholeRecipe(context, recipe), ...asked }),
    ),
    findRate: os.findRate.handler(({ input: { recipe, engine = context.settings().training }, signal = new AbortController().signal }) => {
      measuring.stop()
      return findRate(context, context.project(), { recipe: wholeRecipe(context, recipe), engine, signal })
    }),
    start: os.start.handler(async ({ input: { recipe, engine } }) => {
      measuring.stop()
      const [started] = await startRuns(context, context.project(), [wholeRecipe(context, recipe)], engine)
      if (started === undefined) throw new StudioError('INTERNAL', { message: 'no run was started' })
      return started
    }),
    list: os.list.handler(() => listRuns(context.project().db)),
    get: os.get.handler(({ input }) => {
      const { db } = context.project()
      const run = readRun(db, input.run)
      return { run, epochs: readEpochs(db, run.id) }
    }),
    curves: os.curves.handler(({ input }) => {
      const { db } = context.project()
      return input.runs.map((reference) => {
        const { id } = readRun(db, reference)
        return { runId: id, epochs: readEpochs(db, id) }
      })
    }),
    annotate: os.annotate.handler(({ input: { run: reference, ...annotation } }) => {
      const { db } = context.project()
      const { id } = readRun(db, reference)
      writeAnnotation(db, id, annotation)
      context.changed('runs')
      return readRun(db, id)
    }),
    delete: os.delete.handler(({ input }) => remove(input.run)),
    evaluate: os.evaluate.handler(({ input }) => evaluateRun(context.project().db, input.run)),
    sureness: os.sureness.handler(({ input }) => surenessOfRun(context.project().db, input.run)),
    temper: os.temper.handler(({ input }) => temperRun(context, input.run, input.isTempered)),
    setThreshold: os.setThreshold.handler(({ input }) => {
      const { db } = context.project()
      const { id } = readFinishedRun(db, input.run)
      writeThreshold(db, id, input.percent)
      context.changed('runs')
      return readRun(db, id)
    }),
    refuseForeign: os.refuseForeign.handler(({ input }) => refuseForeign(context, input.run, input.ofHundred)),
    cell: os.cell.handler(({ input }) => imagesOfCell(context.project().db, input.run, input.labelId, input.predictedId)),
    compare: os.compare.handler(({ input }) => compare(context.project(), input.first, input.second)),
    predict: os.predict.handler(({ input }) => predictFiles(context, input.run, input.files, input)),
  }
}

function compare(project: OpenProject, first: string, second: string): Comparison {
  return compareRuns(comparedRun(project, first), comparedRun(project, second))
}

function comparedRun({ db }: OpenProject, reference: string): ComparedRun {
  const run = readFinishedRun(db, reference)
  const { classes } = readSplit(db, run.splitId)
  const answers = readPredictions(db, run.id, 'test').map((each) => ({
    hash: each.hash,
    classId: each.classId,
    predictedId: classes[mostProbable(each.probabilities)]!.id,
  }))
  return { run, answers }
}
