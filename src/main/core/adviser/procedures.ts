import { implement } from '@orpc/server'
import { adviser } from '../../contract/adviser.ts'
import type { StudioContext } from '../context.ts'
import { startAdvising } from './advise.ts'
import { describeAdvice } from './describe-advice.ts'

/** Handlers of `adviser`. */
export function adviserProcedures(context: StudioContext) {
  const os = implement(adviser)
  return {
    advise: os.advise.handler(() => ({ jobId: startAdvising(context, context.project()) })),
    get: os.get.handler(() => describeAdvice(context, context.project())),
  }
}
