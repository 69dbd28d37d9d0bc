import type { StudioClient } from '../../main/contract/contract.ts'

/**
 * What the page's server says over HTTP when its socket is lost. `open`: it is there and lets this page in. `refused`: it does not know
 * this page any more. `silent`: it does not answer; it has ended, or the way to it is broken.
 */
export type ServerAnswer = 'open' | 'refused' | 'silent'

/**
 * Whether the studio behind the page answers. `refused`: the server runs but does not let this page in (it was started again and has
 * a new address); the page does not try again by itself. While it reconnects, `server` is null until it is known what the server says.
 */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'reconnecting'; readonly server: Exclude<ServerAnswer, 'refused'> | null }
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
