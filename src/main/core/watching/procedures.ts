import { implement } from '@orpc/server'
import { watching as watchingContract } from '../../contract/watching.ts'
import type { Watching } from './watching.ts'

/** Handlers of `watching`. */
export function watchingProcedures(watching: Watching) {
  const os = implement(watchingContract)
  return {
    list: os.list.handler(() => watching.list()),
    add: os.add.handler(({ input }) => {
      watching.add(input)
      return watching.list()
    }),
    change: os.change.handler(async ({ input }) => {
      await watching.change(input)
      return watching.list()
    }),
    remove: os.remove.handler(async ({ input }) => {
      await watching.remove(input.path)
      return watching.list()
    }),
  }
}
