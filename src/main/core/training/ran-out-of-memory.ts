import { toWireError } from '../../contract/errors.ts'

/** Whether an engine said that memory has run out, or its process was ended for that. */
export function ranOutOfMemory(error: unknown): boolean {
  const { code, details } = toWireError(error)
  return code === 'OUT_OF_MEMORY' || (code === 'WORKER_DIED' && details['reason'] === 'out-of-memory')
}
