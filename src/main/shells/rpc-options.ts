import { mapEventIterator } from '@orpc/client'
import { toOrpcError } from '../contract/orpc-errors.ts'

interface Call {
  next(): Promise<unknown>
}

/**
 * For oRPC's handlers at a door: a stream that fails on its way fails with its code and details, as a call does. (The studio's own
 * middleware sees a stream only until it begins.)
 */
export const rpcOptions = {
  clientInterceptors: [
    async ({ next }: Call): Promise<unknown> => {
      const output = await next()
      if (!isStream(output)) return output
      return mapEventIterator(output, { value: async (value) => value, error: async (error) => toOrpcError(error) })
    },
  ],
}

function isStream(value: unknown): value is AsyncIterator<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value && typeof value.next === 'function'
}
