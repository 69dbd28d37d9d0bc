import type { BandMode, Selection } from '../../state/selection.svelte.ts'
import { boxBetween, boxOf, edgeScroll, isUnder, spansUnder, type Box, type PhotoLayout, type Point } from './photo-layout.ts'

/** A press that moves less is a click. */
const clickPx = 4

/** What the band needs of the grid that it is pulled over. */
export interface BandGround {
  readonly layout: PhotoLayout
  /** The point of the content under a point of the window, and where that lies in what is seen. */
  locate(client: Point): { readonly content: Point; readonly viewY: number; readonly viewHeightPx: number }
  scrollBy(px: number): void
}

interface Pull {
  readonly from: Point
  readonly pressed: Point
  readonly mode: BandMode
  at: Point
}

/** A rectangle that is pulled over photos to choose them. What it lies over is shown at once; the choice is made when it is let go. */
export class RubberBand {
  /** What is drawn; null: nothing is pulled. */
  box = $state.raw<Box | null>(null)
  /** What it lies over, also until the choice has been made of it. */
  #shown = $state.raw<{ readonly box: Box; readonly mode: BandMode } | null>(null)
  #pull: Pull | null = null
  #frame = 0
  readonly #ground: BandGround
  readonly #selection: Selection

  constructor(ground: BandGround, selection: Selection) {
    this.#ground = ground
    this.#selection = selection
  }

  press(at: Point, mode: BandMode): void {
    this.#pull = { from: this.#ground.locate(at).content, pressed: at, mode, at }
  }

  /** Answers whether the band has just begun: the pointer then belongs to it. */
  move(at: Point): boolean {
    const pull = this.#pull
    if (pull === null) return false
    pull.at = at
    const begins = this.box === null && Math.hypot(at.x - pull.pressed.x, at.y - pull.pressed.y) >= clickPx
    if (begins) this.#frame = requestAnimationFrame(this.#creep)
    if (begins || this.box !== null) this.#draw(pull)
    return begins
  }

  /** Lets go. Answers the choice that is being made of it, or null where the press was a click. */
  release(): Promise<void> | null {
    const [pull, box] = [this.#pull, this.box]
    this.#stop()
    if (pull === null || box === null) return null
    const { layout } = this.#ground
    const spans = spansUnder(layout, box)
    const cursor = spans[0]?.first ?? this.#selection.cursor
    const shown = this.#shown
    return this.#selection.band(spans, pull.mode, cursor).finally(() => {
      if (this.#shown === shown) this.#shown = null
    })
  }

  /** Gives up: the choice stays as it was. */
  cancel(): void {
    this.#stop()
    this.#shown = null
  }

  /** Whether a photo is shown as chosen, with what the band does to it. */
  holds(place: number, isChosen: boolean): boolean {
    if (this.#shown === null) return isChosen
    const { box, mode } = this.#shown
    const isTouched = isUnder(this.#ground.layout, box, place)
    return mode === 'only' ? isTouched : mode === 'add' ? isChosen || isTouched : isChosen !== isTouched
  }

  /** The grid scrolls for as long as the pointer rests near its edge. */
  readonly #creep = (): void => {
    const pull = this.#pull
    if (pull === null) return
    const { viewY, viewHeightPx } = this.#ground.locate(pull.at)
    const step = edgeScroll(viewY, viewHeightPx)
    if (step !== 0) {
      this.#ground.scrollBy(step)
      this.#draw(pull)
    }
    this.#frame = requestAnimationFrame(this.#creep)
  }

  #draw(pull: Pull): void {
    const { layout } = this.#ground
    const { content } = this.#ground.locate(pull.at)
    const right = boxOf(layout, layout.columns - 1).right
    const within = { x: Math.max(0, Math.min(right, content.x)), y: Math.max(0, Math.min(layout.heightPx, content.y)) }
    this.box = boxBetween(pull.from, within)
    this.#shown = { box: this.box, mode: pull.mode }
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#pull = null
    this.box = null
  }
}

/** What the keys that are held make of a band. */
export function bandModeOf(event: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean }): BandMode {
  if (event.ctrlKey || event.metaKey) return 'toggle'
  return event.shiftKey ? 'add' : 'only'
}
