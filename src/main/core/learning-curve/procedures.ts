import { implement } from '@orpc/server'
import { learningCurve } from '../../contract/learning-curve.ts'
import type { StudioContext } from '../context.ts'
import { describeCurve } from './describe-curve.ts'
import { startMeasuring } from './measure-curve.ts'

/** Handlers of `learningCurve`. */
export function learningCurveProcedures(context: StudioContext) {
  const os = implement(learningCurve)
  return {
    measure: os.measure.handler(() => ({ jobId: startMeasuring(context, context.project()) })),
    get: os.get.handler(() => describeCurve(context.project().db)),
  }
}
