import type { StudioClient } from '../../main/contract/contract.ts'
import type { HistoryStep } from '../../main/contract/labels.ts'
import { frameWords } from '../text/frame.ts'
import { historyWords, stepDone } from '../text/history.ts'
import type { Unsaved } from './leaving.svelte.ts'
import { type Remote, wireErrorOf } from './remote.svelte.ts'
import type { Toasts } from './toasts.svelte.ts'

/** Who is in front and answers undo and redo before the history of the project does. */
export interface HistoryFront {
  /** Answers false where there is nothing of its own; absent: there never is. */
  readonly undo?: () => boolean
  readonly redo?: () => boolean
  /** It is a dialog: undo and redo are meant for it while it is open. Those that are not are left alone behind one. */
  readonly isDialog?: true
}

type HistoryState = Awaited<ReturnType<StudioClient['history']['state']>>

/**
 * Steps of the history, undo and redo, one after the other in the order in which they were asked for: a key pressed before the answer to
 * the last one waits for it and is never lost. What fails is told in a toast; the next in turn begins all the same. Undo and redo of keys,
 * menus and buttons all come here, and whoever is in front answers first.
 */
export class Steps implements Unsaved {
  readonly #client: StudioClient
  readonly #history: Remote<HistoryState>
  readonly #toasts: Toasts
  readonly #fronts: HistoryFront[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(client: StudioClient, history: Remote<HistoryState>, toasts: Toasts) {
    this.#client = client
    this.#history = history
    this.#toasts = toasts
  }

  /** Runs `work`, which makes one step of the history or none, and says what was done, with Undo beside it. */
  step(work: () => Promise<unknown>): Promise<void> {
    return this.#told(async () => {
      const before = this.#history.value?.undo?.id ?? null
      await work()
      await this.#history.reload()
      const undo = this.#history.value?.undo ?? null
      if (undo === null || undo.id === before) return
      const isPossible = () => this.#history.value === null || this.#history.value.undo?.id === undo.id
      this.#toasts.done(stepDone(undo), { name: frameWords.undo, run: () => void this.#undo(), isPossible })
    })
  }

  /** `front` answers undo and redo first, until what this answers is called. */
  enter(front: HistoryFront): () => void {
    this.#fronts.push(front)
    return () => void this.#fronts.splice(this.#fronts.indexOf(front), 1)
  }

  /** Whether undo and redo are meant for an open dialog, and not for what lies behind it. */
  get isDialogInFront(): boolean {
    return this.#fronts.at(-1)?.isDialog === true
  }

  /** Nothing happens where there is nothing to undo. */
  async undo(): Promise<void> {
    if (this.#fronts.at(-1)?.undo?.() !== true) await this.#undo()
  }

  /** Nothing happens where there is nothing to redo. */
  async redo(): Promise<void> {
    if (this.#fronts.at(-1)?.redo?.() !== true) await this.#redo()
  }

  /** Goes back or forward to the step with this id, or to the beginning (null), and says how far that was. */
  goTo(step: number | null): Promise<void> {
    return this.#told(async () => {
      const { moved } = await this.#client.history.goTo({ step })
      await this.#history.reload()
      if (moved !== 0) this.#toasts.done(historyWords.moved(moved))
    })
  }

  /** Runs what makes a step of the history and tells by itself when that fails, after all that was asked for before. Rejects as it does. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1
    const done = this.#turn.then(work).finally(() => (this.#waiting -= 1))
    // Whoever asked is told by `done`; the turn only has to end.
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Whether something that was asked for, and is shown perhaps, is not written yet. */
  get isUnsaved(): boolean {
    return this.#waiting > 0
  }

  /** Ends when all that was asked for by now has been written, or told as failed. */
  async flush(): Promise<void> {
    await this.#turn
  }

  #undo(): Promise<void> {
    return this.#told(async () => {
      const step = await unlessNothing('NOTHING_TO_UNDO', () => this.#client.history.undo())
      if (step === null) return
      await this.#history.reload()
      const isPossible = () => this.#history.value === null || this.#history.value.redo?.id === step.id
      this.#toasts.done(frameWords.undone(step), { name: frameWords.redo, run: () => void this.#redo(), isPossible })
    })
  }

  #redo(): Promise<void> {
    return this.#told(async () => {
      const step = await unlessNothing('NOTHING_TO_REDO', () => this.#client.history.redo())
      if (step === null) return
      this.#toasts.done(frameWords.redone(step))
      await this.#history.reload()
    })
  }

  #told(work: () => Promise<void>): Promise<void> {
    return this.inTurn(work).catch((thrown: unknown) => {
      const error = wireErrorOf(thrown)
      if (error.code !== 'CANCELLED') this.#toasts.failed(error)
    })
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
