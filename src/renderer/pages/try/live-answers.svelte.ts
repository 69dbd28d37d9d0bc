import type { WireError } from '../../../main/contract/errors.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { wireErrorOf } from '../../state/remote.svelte.ts'
import { frameOfVideo } from '../../state/video-frames.ts'

export type AskAboutFrame = (frame: Blob) => Promise<TryResult | null>

/** A few answers a second are as many as one can read; the processor is left to other work in between. */
const pauseMs = 120
/** Of the newest answer in the rate that is shown. */
const rateWeight = 0.2

/** What a run says of a video, again and again: the next frame is taken when the last one has been answered. Nothing runs while the page is hidden. */
export class LiveAnswers {
  answer = $state.raw<TryResult | null>(null)
  problem = $state.raw<WireError | null>(null)
  /** Answers a second, smoothed; null until there are two. */
  perSecond = $state<number | null>(null)
  readonly #ask: AskAboutFrame
  readonly #canvas = document.createElement('canvas')
  #video: HTMLVideoElement | null = null
  /** Loops are numbered: one that was stopped ends at its next step. */
  #turn = 0

  constructor(ask: AskAboutFrame) {
    this.#ask = ask
  }

  start(video: HTMLVideoElement): void {
    this.stop()
    this.#video = video
    this.problem = null
    void this.#loop(video, this.#turn)
  }

  retry(): void {
    if (this.#video !== null) this.start(this.#video)
  }

  stop(): void {
    this.#turn += 1
    this.#video = null
  }

  async #loop(video: HTMLVideoElement, turn: number): Promise<void> {
    let lastMs: number | null = null
    try {
      while (turn === this.#turn) {
        const hasFrame = video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth > 0
        if (!hasFrame || document.hidden) lastMs = null
        else {
          const answer = await this.#ask(await frameOfVideo(video, this.#canvas))
          if (turn !== this.#turn) return
          if (answer !== null) this.answer = answer
          lastMs = this.#count(lastMs)
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    } catch (thrown) {
      if (turn === this.#turn) this.problem = wireErrorOf(thrown)
    }
  }

  #count(lastMs: number | null): number {
    const now = performance.now()
    if (lastMs !== null) {
      const rate = 1000 / (now - lastMs)
      this.perSecond = this.perSecond === null ? rate : this.perSecond * (1 - rateWeight) + rate * rateWeight
    }
    return now
  }
}
