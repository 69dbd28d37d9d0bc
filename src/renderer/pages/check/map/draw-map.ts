import type { MapState } from './map-state.svelte.ts'

/** Angle of a whole turn. */
const turn = 2 * Math.PI

interface Look {
  /** Of each class, by its id. */
  readonly colours: ReadonlyMap<number, string>
  /** Device pixels for each CSS px. */
  readonly density: number
}

/** Draws every photo as a dot: full in the colour of its class, hollow without one, with a ring where it is chosen; the cursor as a larger ring. */
export function drawMap(canvas: HTMLCanvasElement, map: MapState, { colours, density }: Look): void {
  const { width, height } = map.size
  canvas.width = Math.round(width * density)
  canvas.height = Math.round(height * density)
  const pen = canvas.getContext('2d')
  if (pen === null) return
  const style = getComputedStyle(canvas)
  // A pen knows nothing of light and dark: only the colour that an element has is one of the two.
  const colour = (name: string): string => {
    canvas.style.color = `var(${name})`
    return style.color
  }
  pen.scale(density, density)
  const { dotPx } = map
  for (const [classId, points] of pointsByClass(map)) {
    pen.beginPath()
    for (const { x, y } of points) {
      pen.moveTo(x + dotPx, y)
      pen.arc(x, y, dotPx, 0, turn)
    }
    const own = colours.get(classId)
    if (own === undefined) {
      pen.strokeStyle = colour('--muted')
      pen.lineWidth = dotPx > 4 ? 1.5 : 1
      pen.stroke()
    } else {
      pen.fillStyle = own
      pen.fill()
    }
  }
  ring(
    pen,
    [...map.chosen].filter(map.isShown).map((point) => map.at(point)),
    { radius: dotPx + 1.5, colour: colour('--text'), width: 1.5 },
  )
  if (map.told !== null) ring(pen, [map.at(map.told)], { radius: dotPx + 5, colour: colour('--accent'), width: 2.5 })
  drawLine(pen, map, colour('--accent'))
}

type At = { readonly x: number; readonly y: number }

/** In sight only; dots of one class are drawn in one go. */
function pointsByClass(map: MapState): Map<number, At[]> {
  const { size, dotPx } = map
  const { width, height } = size
  const byClass = new Map<number, At[]>()
  for (const [point, classId] of map.classIds.entries()) {
    if (classId === -1) continue
    const at = map.at(point)
    if (at.x < -dotPx || at.y < -dotPx || at.x > width + dotPx || at.y > height + dotPx) continue
    const known = byClass.get(classId)
    if (known === undefined) byClass.set(classId, [at])
    else known.push(at)
  }
  return byClass
}

function ring(pen: CanvasRenderingContext2D, points: readonly At[], look: { radius: number; colour: string; width: number }): void {
  pen.beginPath()
  for (const { x, y } of points) {
    pen.moveTo(x + look.radius, y)
    pen.arc(x, y, look.radius, 0, turn)
  }
  pen.strokeStyle = look.colour
  pen.lineWidth = look.width
  pen.stroke()
}

function drawLine(pen: CanvasRenderingContext2D, { line }: MapState, colour: string): void {
  const [first, ...others] = line
  if (first === undefined) return
  pen.beginPath()
  pen.moveTo(first.x, first.y)
  for (const { x, y } of others) pen.lineTo(x, y)
  pen.closePath()
  pen.strokeStyle = colour
  pen.lineWidth = 1.5
  pen.setLineDash([4, 4])
  pen.stroke()
}
