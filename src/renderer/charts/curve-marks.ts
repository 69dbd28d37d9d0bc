import type uPlot from 'uplot'
import { coachWords } from '../text/coach.ts'
import { trainWords } from '../text/train.ts'
import { curveValueText, reportAt, validationOf, type CurveMetric, type CurveRun } from './curve-data.ts'
import { manyRuns, type CurveInk } from './curve-options.ts'

/** The ringed dot at the best epoch of each run; a single run's has its value beside it. */
export function drawBest(chart: uPlot, runs: readonly CurveRun[], metric: CurveMetric, ink: CurveInk): void {
  if (runs.length >= manyRuns) return
  const { ctx } = chart
  ctx.save()
  ctx.setLineDash([])
  ctx.globalAlpha = 1
  runs.forEach((run, index) => {
    const best = reportAt(run, run.bestEpoch)
    if (best === null) return
    const value = validationOf(metric)(best)
    const x = chart.valToPos(best.epoch, 'x', true)
    const y = chart.valToPos(value, 'y', true)
    drawRing(ctx, x, y, ink.runs[index] ?? ink.text, ink.surface)
    if (runs.length === 1) drawWords(chart, x, y, trainWords.bestEpoch(best.epoch, curveValueText(metric, value)), ink)
  })
  ctx.restore()
}

/** A line where training and validation part, of a single run, with its words at the foot; and what comes after it a little shaded. */
export function drawParting(chart: uPlot, runs: readonly CurveRun[], ink: CurveInk): void {
  const [run] = runs
  const partsAt = run?.partsAt ?? null
  if (run === undefined || runs.length > 1 || partsAt === null || partsAt >= run.epochs.length) return
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  const x = chart.valToPos(partsAt, 'x', true)
  const end = chart.valToPos(run.epochs.at(-1)?.epoch ?? partsAt, 'x', true)
  ctx.save()
  ctx.globalAlpha = 0.05
  ctx.fillStyle = ink.text
  ctx.fillRect(x, bbox.top, end - x, bbox.height)
  ctx.globalAlpha = 1
  ctx.strokeStyle = ink.muted
  ctx.lineWidth = ratio
  ctx.setLineDash([3 * ratio, 3 * ratio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  const words = coachWords.parts(partsAt)
  ctx.font = `${12 * ratio}px ${ink.family}`
  ctx.setLineDash([])
  const width = ctx.measureText(words).width
  const left = x + width + 8 * ratio > bbox.left + bbox.width ? x - width - 6 * ratio : x + 6 * ratio
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = ink.surface
  ctx.lineJoin = 'round'
  ctx.strokeText(words, left, bbox.top + bbox.height - 4 * ratio)
  ctx.fillStyle = ink.muted
  ctx.fillText(words, left, bbox.top + bbox.height - 4 * ratio)
  ctx.restore()
}

function drawRing(ctx: CanvasRenderingContext2D, x: number, y: number, colour: string, surface: string): void {
  ctx.beginPath()
  ctx.arc(x, y, 5.5 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fillStyle = surface
  ctx.strokeStyle = colour
  ctx.lineWidth = 2.5 * devicePixelRatio
  ctx.fill()
  ctx.stroke()
}

/** Beside the ring where no curve runs through the words, and never over the edge of the chart. */
function drawWords(chart: uPlot, x: number, y: number, words: string, ink: CurveInk): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  ctx.font = `600 ${12 * ratio}px ${ink.family}`
  const width = ctx.measureText(words).width
  const height = 14 * ratio
  const left = Math.max(bbox.left + 2 * ratio, Math.min(x - width / 2, bbox.left + bbox.width - width))
  const places = [
    { left, top: y + 12 * ratio },
    { left, top: y - 26 * ratio },
    { left: x + 12 * ratio, top: y - height / 2 },
    { left: x - width - 12 * ratio, top: y - height / 2 },
    { left, top: y + 30 * ratio },
    { left, top: y - 44 * ratio },
  ].map((place) => ({ ...place, right: place.left + width, bottom: place.top + height }))
  const inside = places.filter(
    (place) =>
      place.left >= bbox.left && place.right <= bbox.left + bbox.width && place.top >= bbox.top && place.bottom <= bbox.top + bbox.height,
  )
  const place = inside.find((box) => !isCrossed(chart, box)) ?? inside[0] ?? places[0]
  if (place === undefined) return
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = ink.surface
  ctx.lineJoin = 'round'
  const middle = (place.top + place.bottom) / 2
  ctx.strokeText(words, place.left, middle)
  ctx.fillStyle = ink.text
  ctx.fillText(words, place.left, middle)
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Whether a curve of the chart runs through a box, canvas pixels. */
function isCrossed(chart: uPlot, { left, right, top, bottom }: Box): boolean {
  const first = Math.max(0, Math.floor(chart.posToVal(left / devicePixelRatio - chart.bbox.left / devicePixelRatio, 'x')) - 1)
  const last = Math.ceil(chart.posToVal(right / devicePixelRatio - chart.bbox.left / devicePixelRatio, 'x'))
  return chart.data.slice(1).some((values) => {
    const points: (readonly [x: number, y: number])[] = []
    for (let index = first; index < Math.min(last, values.length); index++) {
      const value = values[index] ?? null
      if (value !== null) points.push([chart.valToPos(index + 1, 'x', true), chart.valToPos(value, 'y', true)])
    }
    return points.some(([x, y], at) => {
      const [nextX, nextY] = points[at + 1] ?? [x, y]
      return Math.max(x, nextX) >= left && Math.min(x, nextX) <= right && Math.max(y, nextY) >= top && Math.min(y, nextY) <= bottom
    })
  })
}

/**
 * Draws one run's validation curve strong on a canvas over the chart, so that showing another one does not draw all of them again; null
 * shows none.
 */
export function drawHighlight(canvas: HTMLCanvasElement, chart: uPlot, column: number | null, colour: string, halo: string): void {
  const { width, height } = chart.ctx.canvas
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const ctx = canvas.getContext('2d')
  if (ctx === null) return
  ctx.clearRect(0, 0, width, height)
  const values = column === null ? undefined : chart.data[column]
  if (values === undefined) return
  ctx.beginPath()
  let isGap = true
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? null
    if (value === null) {
      isGap = true
      continue
    }
    const x = chart.valToPos(chart.data[0][index] ?? 0, 'x', true)
    const y = chart.valToPos(value, 'y', true)
    if (isGap) ctx.moveTo(x, y)
    else ctx.lineTo(x, y)
    isGap = false
  }
  ctx.lineJoin = 'round'
  for (const [width, stroke] of [
    [7, halo],
    [3.4, colour],
  ] as const) {
    ctx.lineWidth = width * devicePixelRatio
    ctx.strokeStyle = stroke
    ctx.stroke()
  }
}
