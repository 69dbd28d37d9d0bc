import { implement } from '@orpc/server'
import { suggestions } from '../../contract/suggestions.ts'
import type { StudioContext } from '../context.ts'
import { describeSuggestions } from './describe-suggestions.ts'
import type { Suggester } from './make-suggester.ts'

/** Handlers of `suggestions`. */
export function suggestionProcedures(context: StudioContext, suggester: Suggester) {
  const os = implement(suggestions)
  return {
    state: os.state.handler(() => suggester.state()),
    of: os.of.handler(({ input }) => describeSuggestions(context.project().db, input.hashes)),
    refresh: os.refresh.handler(() => suggester.refresh()),
  }
}
