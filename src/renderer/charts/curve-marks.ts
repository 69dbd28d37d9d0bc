import type uPlot from 'uplot'
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

function drawRing(ctx: CanvasRenderingContext2D, x: number, y: number, colour: string, surface: string): void {
  ctx.beginPath()
  ctx.arc(x, y, 5.5 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fillStyle = surface
  ctx.strokeStyle = colour
  ctx.lineWidth = 2.5 * devicePixelRatio
  ctx.fill()
  ctx.stroke()
}

/** Below the curve where there is room and above it where there is not, and never over the edge of the chart. */
function drawWords({ ctx, bbox }: uPlot, x: number, y: number, words: string, ink: CurveInk): void {
  const ratio = devicePixelRatio
  ctx.font = `600 ${12 * ratio}px ${ink.family}`
  const half = ctx.measureText(words).width / 2
  const centre = Math.max(bbox.left + half + 2 * ratio, Math.min(x, bbox.left + bbox.width - half))
  const isBelow = y + 34 * ratio < bbox.top + bbox.height
  const baseline = isBelow ? y + 24 * ratio : y - 14 * ratio
  ctx.textAlign = 'center'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = ink.surface
  ctx.lineJoin = 'round'
  ctx.strokeText(words, centre, baseline)
  ctx.fillStyle = ink.text
  ctx.fillText(words, centre, baseline)
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
