import { implement } from '@orpc/server'
import { coach } from '../../contract/coach.ts'
import type { StudioContext } from '../context.ts'
import { gatherEvidence } from './gather-evidence.ts'
import { judgeTraining } from './judge-training.ts'

/** Handlers of `coach`. */
export function coachProcedures(context: StudioContext) {
  const os = implement(coach)
  return { ofRun: os.ofRun.handler(({ input }) => judgeTraining(gatherEvidence(context.project().db, input.run))) }
}
