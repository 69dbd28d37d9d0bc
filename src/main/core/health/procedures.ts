import { implement } from '@orpc/server'
import { health } from '../../contract/health.ts'
import type { StudioContext } from '../context.ts'
import { readClasses } from '../labels/class-rows.ts'
import { countProject } from '../project/project-rows.ts'
import { classBalance } from './class-balance.ts'
import { countGroupedLabels } from './health-rows.ts'

/** Handlers of `health`. */
export function healthProcedures(context: StudioContext) {
  const os = implement(health)
  return {
    balance: os.balance.handler(() => {
      const { db } = context.project()
      return classBalance(countProject(db).images, readClasses(db), countGroupedLabels(db))
    }),
  }
}
