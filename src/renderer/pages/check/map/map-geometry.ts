/** Points of the map: row-major [points, 2]. */
export type Positions = Float32Array

/** What of the map is seen: the point in the middle of the canvas, and px for each of its units. */
export interface MapView {
  readonly x: number
  readonly y: number
  readonly scale: number
}
export interface Size {
  readonly width: number
  readonly height: number
}
export interface Point {
  readonly x: number
  readonly y: number
}

/** Room around all points, px. */
const marginPx = 28
const closest = 400

/** A view of all points; of none, a view of nothing in particular. */
export function viewOfAll(positions: Positions, { width, height }: Size): MapView {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let at = 0; at < positions.length; at += 2) {
    left = Math.min(left, positions[at]!)
    right = Math.max(right, positions[at]!)
    top = Math.min(top, positions[at + 1]!)
    bottom = Math.max(bottom, positions[at + 1]!)
  }
  if (left > right) return { x: 0, y: 0, scale: 1 }
  const scale = Math.min((width - 2 * marginPx) / Math.max(right - left, 1e-3), (height - 2 * marginPx) / Math.max(bottom - top, 1e-3))
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale: Math.max(scale, 1e-3) }
}

/**
 * Radius of a dot, px: a tenth of what would lie between two photos if all were spread evenly over the canvas, so that few are easy to hit and
 * many do not hide each other. `closer`: the scale in units of that at which all is seen; dots grow with its root, and the gaps between them faster.
 */
export function dotRadius(points: number, { width, height }: Size, closer: number): number {
  const apart = Math.sqrt((width * height) / Math.max(points, 1))
  return Math.max(2.5, Math.min(7, 0.1 * apart * Math.sqrt(closer)))
}

export function toCanvas({ x, y }: Point, view: MapView, { width, height }: Size): Point {
  return { x: width / 2 + (x - view.x) * view.scale, y: height / 2 + (y - view.y) * view.scale }
}

export function toMap({ x, y }: Point, view: MapView, { width, height }: Size): Point {
  return { x: view.x + (x - width / 2) / view.scale, y: view.y + (y - height / 2) / view.scale }
}

/** Closer (`by` above 1) or further, with what is under `at` staying there. `least`: the scale at which all is seen. */
export function zoomed(view: MapView, by: number, at: Point, size: Size, least: number): MapView {
  const scale = Math.max(least, Math.min(least * closest, view.scale * by))
  const held = toMap(at, view, size)
  return { x: held.x - (at.x - size.width / 2) / scale, y: held.y - (at.y - size.height / 2) / scale, scale }
}

/** The point that is nearest to `at` on the map and not further away than `reach`, of those that `isShown` lets pass; null: none. */
export function nearestPoint(positions: Positions, at: Point, reach: number, isShown: (point: number) => boolean): number | null {
  let best: number | null = null
  let nearest = reach * reach
  for (let point = 0; point * 2 < positions.length; point++) {
    const far = (positions[point * 2]! - at.x) ** 2 + (positions[point * 2 + 1]! - at.y) ** 2
    if (far > nearest || !isShown(point)) continue
    nearest = far
    best = point
  }
  return best
}

/** Points within a line that was drawn around them, its end joined with its beginning (even-odd rule). */
export function pointsWithin(positions: Positions, line: readonly Point[], isShown: (point: number) => boolean): number[] {
  const within: number[] = []
  for (let point = 0; point * 2 < positions.length; point++) {
    const [x, y] = [positions[point * 2]!, positions[point * 2 + 1]!]
    let isInside = false
    for (const [at, one] of line.entries()) {
      const other = line[(at + 1) % line.length]!
      if (one.y > y !== other.y > y && x < one.x + ((y - one.y) / (other.y - one.y)) * (other.x - one.x)) isInside = !isInside
    }
    if (isInside && isShown(point)) within.push(point)
  }
  return within
}

/** The point that an arrow leads to: the nearest one that lies more in its direction than beside it; null: there is none. */
export function pointTowards(positions: Positions, from: number, key: string, isShown: (point: number) => boolean): number | null {
  const [x, y] = [positions[from * 2]!, positions[from * 2 + 1]!]
  const isLevel = key === 'ArrowLeft' || key === 'ArrowRight'
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1
  let best: number | null = null
  let nearest = Infinity
  for (let point = 0; point * 2 < positions.length; point++) {
    const [right, down] = [positions[point * 2]! - x, positions[point * 2 + 1]! - y]
    const along = sign * (isLevel ? right : down)
    const beside = Math.abs(isLevel ? down : right)
    if (point === from || along <= 0 || beside > along || !isShown(point)) continue
    const far = along * along + 4 * beside * beside
    if (far < nearest) {
      nearest = far
      best = point
    }
  }
  return best
}

/** A point and the `count` points nearest to it. */
export function withNeighbours(positions: Positions, from: number, count: number, isShown: (point: number) => boolean): number[] {
  const [x, y] = [positions[from * 2]!, positions[from * 2 + 1]!]
  const far = (point: number): number => (positions[point * 2]! - x) ** 2 + (positions[point * 2 + 1]! - y) ** 2
  const all = Array.from({ length: positions.length / 2 }, (_, point) => point).filter((point) => point !== from && isShown(point))
  return [from, ...all.sort((one, other) => far(one) - far(other)).slice(0, count)]
}
