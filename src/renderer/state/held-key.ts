/** How long a key is held before photos begin to pass: longer than any press that is meant as one. */
const delayMs = 350
/** Photos that pass in a second: as fast as a person tells one kind of thing from another, and slow enough to let go at the right one. */
const perSecond = 10
/** A photo that is not there after so long is passed as it is: its place says that it cannot be read. */
const patienceMs = 1000

/** What a held key moves. */
export interface HeldMove {
  /** Goes on by `step` photos. */
  move(step: number): void
  /** Whether the photo `step` further on can be shown without a flicker. */
  isReady(step: number): boolean
}

/** The clock of the page; another one in tests. */
export interface FrameClock {
  now(): number
  /** Calls back before the next frame; answers what ends the waiting. */
  nextFrame(callback: () => void): () => void
}

const pageClock: FrameClock = {
  now: () => performance.now(),
  nextFrame: (callback) => {
    const frame = requestAnimationFrame(callback)
    return () => cancelAnimationFrame(frame)
  },
}

/**
 * Photos pass while a key is held: one at the press, and after a moment ten a second, each only once it is there. The system's own repeats
 * are not counted: their rate is another on every machine, and they go on in a queue after the key was let go. Ends at once with the key, with
 * any other key, and when the window is left.
 */
export class HeldKey {
  readonly #moves: HeldMove
  readonly #clock: FrameClock
  #held: { readonly code: string; readonly cancel: () => void } | null = null

  constructor(moves: HeldMove, clock: FrameClock = pageClock) {
    this.#moves = moves
    this.#clock = clock
  }

  /** A key that goes on by `step` was pressed, or repeats itself. */
  press({ code, repeat }: Pick<KeyboardEvent, 'code' | 'repeat'>, step: number): void {
    if (repeat) return
    this.release()
    this.#moves.move(step)
    this.#wait(code, step, this.#clock.now() + delayMs)
  }

  /** The key was let go; without a key, whatever is held. */
  release(code?: string): void {
    if (code !== undefined && code !== this.#held?.code) return
    this.#held?.cancel()
    this.#held = null
  }

  #wait(code: string, step: number, dueMs: number): void {
    const cancel = this.#clock.nextFrame(() => {
      const nowMs = this.#clock.now()
      const isDue = nowMs >= dueMs && (this.#moves.isReady(step) || nowMs - dueMs >= patienceMs)
      if (!isDue) return this.#wait(code, step, dueMs)
      this.#moves.move(step)
      // The beat is kept where photos are there in time, and begins anew where one was late.
      const periodMs = 1000 / perSecond
      this.#wait(code, step, nowMs - dueMs < periodMs ? dueMs + periodMs : nowMs + periodMs)
    })
    this.#held = { code, cancel }
  }
}
