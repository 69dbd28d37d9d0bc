import type { StudioClient } from '../../main/contract/contract.ts'
import type { HistoryStep } from '../../main/contract/labels.ts'
import { frameWords } from '../text/frame.ts'
import { stepDone } from '../text/history.ts'
import { type Remote, wireErrorOf } from './remote.svelte.ts'
import type { Toasts } from './toasts.svelte.ts'

type HistoryState = Awaited<ReturnType<StudioClient['history']['state']>>

/**
 * Steps of the history, undo and redo, one after the other in the order in which they were asked for: a key pressed before the answer to
 * the last one waits for it and is never lost. What fails is told in a toast; the next in turn begins all the same.
 */
export class Steps {
  readonly #client: StudioClient
  readonly #history: Remote<HistoryState>
  readonly #toasts: Toasts
  #turn: Promise<void> = Promise.resolve()

  constructor(client: StudioClient, history: Remote<HistoryState>, toasts: Toasts) {
    this.#client = client
    this.#history = history
    this.#toasts = toasts
  }

  /** Runs `work`, which makes one step of the history or none, and says what was done, with Undo beside it. */
  step(work: () => Promise<unknown>): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#history.value?.undo?.id ?? null
      await work()
      await this.#history.reload()
      const undo = this.#history.value?.undo ?? null
      if (undo !== null && undo.id !== before) this.#toasts.done(stepDone(undo), { name: frameWords.undo, run: () => void this.undo() })
    })
  }

  /** Nothing happens where there is nothing to undo. */
  undo(): Promise<void> {
    return this.#inTurn(async () => {
      const step = await unlessNothing('NOTHING_TO_UNDO', () => this.#client.history.undo())
      if (step === null) return
      this.#toasts.done(frameWords.undone(step), { name: frameWords.redo, run: () => void this.redo() })
      await this.#history.reload()
    })
  }

  /** Nothing happens where there is nothing to redo. */
  redo(): Promise<void> {
    return this.#inTurn(async () => {
      const step = await unlessNothing('NOTHING_TO_REDO', () => this.#client.history.redo())
      if (step === null) return
      this.#toasts.done(frameWords.redone(step))
      await this.#history.reload()
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((thrown: unknown) => {
      const error = wireErrorOf(thrown)
      if (error.code !== 'CANCELLED') this.#toasts.failed(error)
    })
    return this.#turn
  }
}

async function unlessNothing(
  nothing: 'NOTHING_TO_UNDO' | 'NOTHING_TO_REDO',
  move: () => Promise<HistoryStep>,
): Promise<HistoryStep | null> {
  try {
    return await move()
  } catch (thrown) {
    if (wireErrorOf(thrown).code === nothing) return null
    throw thrown
  }
}
