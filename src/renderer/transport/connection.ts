import type { StudioClient } from '../../main/contract/contract.ts'

/**
 * Whether the studio behind the page answers. `refused`: the server runs but does not let this page in (it was started again and has
 * a new address); the page does not try again by itself.
 */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'reconnecting'; readonly attempt: number }
  | { readonly state: 'refused' }

/** The page's way to the studio. */
export interface StudioConnection {
  readonly client: StudioClient
  /** The state now. */
  current(): ConnectionState
  /** Calls `listener` at every change. Answers the undo. After `reconnecting` comes `connected`: streams are then to be opened again. */
  onChange(listener: (state: ConnectionState) => void): () => void
  close(): void
}

/** The observable half of a connection. */
export interface StateCell {
  current(): ConnectionState
  set(state: ConnectionState): void
  onChange(listener: (state: ConnectionState) => void): () => void
}

export function createStateCell(initial: ConnectionState): StateCell {
  let state = initial
  const listeners = new Set<(state: ConnectionState) => void>()
  return {
    current: () => state,
    set: (next) => {
      state = next
      for (const listener of listeners) listener(next)
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
