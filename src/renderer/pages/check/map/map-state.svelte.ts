import type { PhotoMap } from '../../../../main/contract/map.ts'
import {
  dotRadius,
  nearestPoint,
  pointTowards,
  pointsWithin,
  toCanvas,
  toMap,
  viewOfAll,
  withNeighbours,
  zoomed,
  type MapView,
  type Point,
  type Size,
} from './map-geometry.ts'

type ReadyMap = Extract<PhotoMap, { state: 'ready' }>

/** Photos that Space chooses together with the one under the cursor. */
const chosenAround = 11
/** How near the pointer has to be, px. */
const reachPx = 10

/** The map as it is looked at: which part of it, which photo is meant, and which are chosen. Photos that are gone are not on it. */
export class MapState {
  readonly hashes: readonly string[]
  readonly positions: Float32Array
  classIds = $state.raw<readonly number[]>([])
  size = $state.raw<Size>({ width: 0, height: 0 })
  #view = $state.raw<MapView | null>(null)
  chosen = $state.raw<ReadonlySet<number>>(new Set())
  /** The photo that keys are for. */
  cursor = $state<number | null>(null)
  /** The photo under the pointer. */
  hovered = $state<number | null>(null)
  /** What is being drawn around photos, on the canvas. */
  line = $state.raw<readonly Point[]>([])

  constructor(map: ReadyMap) {
    this.hashes = map.hashes
    this.positions = positionsOf(map.positions)
    this.classIds = map.classIds
  }

  readonly whole = $derived.by(() => viewOfAll(this.positions, this.size))
  readonly view = $derived(this.#view ?? this.whole)
  readonly dotPx = $derived.by(() => dotRadius(this.hashes.length, this.size, this.view.scale / this.whole.scale))
  /** The photo that is told about: the one under the pointer, else the one under the cursor. */
  readonly told = $derived(this.hovered ?? this.cursor)

  readonly isShown = (point: number): boolean => this.classIds[point] !== -1
  /** Of the photos that are chosen, those that have not gone since. */
  readonly chosenHere = $derived([...this.chosen].filter(this.isShown))

  at(point: number): Point {
    return toCanvas({ x: this.positions[point * 2]!, y: this.positions[point * 2 + 1]! }, this.view, this.size)
  }

  /** Photos in sight, at most so many and one more. */
  inSight(atMost: number): number[] {
    const found: number[] = []
    for (let point = 0; point < this.hashes.length && found.length <= atMost; point++) {
      const { x, y } = this.at(point)
      if (x >= 0 && y >= 0 && x <= this.size.width && y <= this.size.height && this.isShown(point)) found.push(point)
    }
    return found
  }

  hover(at: Point | null): void {
    this.hovered = at === null ? null : this.#under(at)
  }

  zoom(by: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    this.#view = zoomed(this.view, by, at, this.size, this.whole.scale)
  }

  pan(byX: number, byY: number): void {
    const { x, y, scale } = this.view
    this.#view = { x: x - byX / scale, y: y - byY / scale, scale }
  }

  showAll(): void {
    this.#view = null
  }

  /** Chooses the photo under the pointer alone, or with `add` to those chosen; beside all photos, none. */
  pick(at: Point, add: boolean): void {
    const point = this.#under(at)
    if (point !== null) this.cursor = point
    this.#choose(point === null ? [] : [point], add)
  }

  /** Chooses what was drawn around. */
  lasso(add: boolean): void {
    const line = this.line.map((point) => toMap(point, this.view, this.size))
    this.line = []
    if (line.length > 2) this.#choose(pointsWithin(this.positions, line, this.isShown), add)
  }

  /** Moves the cursor to the next photo in the direction of an arrow, and the view with it. */
  move(key: string): void {
    if (this.cursor === null || !this.isShown(this.cursor)) this.cursor = this.#middle()
    else this.cursor = pointTowards(this.positions, this.cursor, key, this.isShown) ?? this.cursor
    if (this.cursor === null) return
    const { x, y } = this.at(this.cursor)
    const [byX, byY] = [outside(x, this.size.width), outside(y, this.size.height)]
    if (byX !== 0 || byY !== 0) this.pan(byX, byY)
  }

  /** Chooses the photo under the cursor with those around it, or leaves them where all are chosen. */
  chooseAround(): void {
    if (this.cursor === null) return
    const around = withNeighbours(this.positions, this.cursor, chosenAround, this.isShown)
    const isChosen = around.every((point) => this.chosen.has(point))
    if (isChosen) this.chosen = new Set([...this.chosen].filter((point) => !around.includes(point)))
    else this.#choose(around, true)
  }

  chooseAll(): void {
    this.#choose([...this.hashes.keys()].filter(this.isShown), false)
  }

  /** Of the photos that are chosen, keeps those without a class. */
  chooseUnlabelled(): void {
    this.chosen = new Set(this.chosenHere.filter((point) => this.classIds[point] === 0))
  }

  chooseNone(): void {
    this.chosen = new Set()
  }

  /** Of the photos that are chosen; with none chosen, of the one under the cursor. */
  hashesChosen(): string[] {
    const points = this.chosen.size > 0 ? this.chosenHere : this.cursor === null ? [] : [this.cursor]
    return points.filter(this.isShown).map((point) => this.hashes[point]!)
  }

  #choose(points: readonly number[], add: boolean): void {
    this.chosen = new Set([...(add ? this.chosen : []), ...points])
  }

  #under(at: Point): number | null {
    return nearestPoint(this.positions, toMap(at, this.view, this.size), reachPx / this.view.scale, this.isShown)
  }

  #middle(): number | null {
    return nearestPoint(this.positions, { x: this.view.x, y: this.view.y }, Infinity, this.isShown)
  }
}

/** By how many px the view has to move for a place to be in sight, with some room. */
function outside(place: number, length: number): number {
  const room = Math.min(48, length / 4)
  if (place < room) return room - place
  return place > length - room ? length - room - place : 0
}

function positionsOf(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  // Little-endian on every machine.
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true))
}
