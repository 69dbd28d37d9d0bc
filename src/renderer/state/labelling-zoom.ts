/** A point or a size inside the stage, CSS px. */
export interface Point {
  readonly x: number
  readonly y: number
}
export interface StageSize {
  readonly width: number
  readonly height: number
}

/**
 * How a photo is looked at: `scale` 1 shows all of it as large as the stage allows; `x` and `y` are the place of its upper left corner
 * in the stage, CSS px, 0 or less.
 */
export interface View extends Point {
  readonly scale: number
}

export const wholePhoto: View = { scale: 1, x: 0, y: 0 }
/** A photo of a camera shows its pixels at this; of the studio's copy, with a short side of 384 px, there is nothing but blur beyond. */
export const closest = 8
/** What one press of the key for looking closely does. */
export const close = 2.5

/** The view `factor` times as close, with the point `at` of the stage kept where it is. The scale stays in 1..`closest`. */
export function zoomed(view: View, factor: number, at: Point, stage: StageSize): View {
  const scale = Math.min(closest, Math.max(1, view.scale * factor))
  const ratio = scale / view.scale
  return withinStage({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, stage)
}

/** The view moved by `by` CSS px; no edge of the photo's box leaves the edge of the stage. */
export function moved(view: View, by: Point, stage: StageSize): View {
  return withinStage({ ...view, x: view.x + by.x, y: view.y + by.y }, stage)
}

function withinStage({ scale, x, y }: View, { width, height }: StageSize): View {
  const inside = (value: number, length: number): number => Math.min(0, Math.max(length * (1 - scale), value))
  return { scale, x: inside(x, width), y: inside(y, height) }
}

/** One press of an arrow key moves so far, CSS px. */
const panPx = 60

/** Where to move for an arrow key: towards what lies there. Null for any other key. */
export function panOf(key: string): Point | null {
  switch (key) {
    case 'ArrowLeft':
      return { x: panPx, y: 0 }
    case 'ArrowRight':
      return { x: -panPx, y: 0 }
    case 'ArrowUp':
      return { x: 0, y: panPx }
    case 'ArrowDown':
      return { x: 0, y: -panPx }
    default:
      return null
  }
}
