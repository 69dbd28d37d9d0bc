import { createORPCClient, mapEventIterator, type ClientLink, type ClientOptions } from '@orpc/client'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/errors.ts'
import { fromOrpcError } from '../../main/contract/orpc-errors.ts'

type Context = Record<never, never>
export type StudioLink = ClientLink<Context>

/**
 * A client over `link` whose calls and streams fail with `StudioError`s only: `CANCELLED` after the caller's own abort,
 * `CONNECTION_LOST` when the door went away under way, else what was thrown behind the door.
 */
export function studioClient(link: StudioLink): StudioClient {
  const translating: StudioLink = {
    call: async (path, input, options) => {
      const translate = (error: unknown): StudioError => translateError(error, options)
      try {
        const output = await link.call(path, input, options)
        if (!isAsyncIterator(output)) return output
        return mapEventIterator(output, { value: async (value) => value, error: async (error) => translate(error) })
      } catch (error) {
        throw translate(error)
      }
    },
  }
  return createORPCClient<StudioClient>(translating)
}

function translateError(error: unknown, options: ClientOptions<Context>): StudioError {
  if (options.signal?.aborted === true) return new StudioError('CANCELLED', {}, { cause: error })
  const known = fromOrpcError(error)
  if (isStudioError(known)) return known
  // oRPC closes what is under way with an AbortError when the channel closes.
  if (known instanceof Error && (known.name === 'AbortError' || /not open/.test(known.message))) {
    return new StudioError('CONNECTION_LOST', {}, { cause: error })
  }
  return new StudioError('INTERNAL', { message: known instanceof Error ? known.message : String(known) }, { cause: error })
}

/** Narrows to every code: `instanceof` alone would leave the details open. */
function isStudioError(value: unknown): value is StudioError {
  return value instanceof StudioError
}

function isAsyncIterator(value: unknown): value is AsyncIterator<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function' && Symbol.asyncIterator in value
}
