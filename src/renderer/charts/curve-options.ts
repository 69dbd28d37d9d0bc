import type uPlot from 'uplot'
import type { EpochReport } from '../../main/contract/runs.ts'
import { trainWords } from '../text/train.ts'

export type CurveMetric = 'accuracy' | 'loss'

export interface CurveLook {
  readonly theme: 'light' | 'dark'
  readonly metric: CurveMetric
  readonly colour: string
  readonly plannedEpochs: number | null
}

/** Columns for uPlot: epochs, validation, training. */
export function curveRows(epochs: readonly EpochReport[], metric: CurveMetric): uPlot.AlignedData {
  return [
    epochs.map(({ epoch }) => epoch),
    epochs.map((each) => (metric === 'accuracy' ? each.validationAccuracy : each.validationLoss)),
    epochs.map((each) => (metric === 'accuracy' ? each.trainAccuracy : each.trainLoss)),
  ]
}

/** The y axis: accuracy up to 1 with its floor at the next twentieth below the data, so that the curve fills the chart; loss from 0. */
export function curveRange(metric: CurveMetric, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  if (metric === 'loss') return [0, high <= 0 ? 1 : high * 1.08]
  return [Math.max(0, Math.min(0.95, Math.floor(low * 20 - 0.2) / 20)), 1]
}

/** A colour written with custom properties as the canvas understands it. */
function resolveColour(box: HTMLElement, colour: string): string {
  const probe = document.createElement('i')
  probe.style.color = colour
  box.append(probe)
  const resolved = getComputedStyle(probe).color
  probe.remove()
  return resolved
}

export function curveOptions(
  box: HTMLElement,
  look: CurveLook,
  best: { readonly epoch: () => number | null; readonly valueText: (value: number) => string },
  size: { readonly width: number; readonly height: number },
  onhover: (index: number | null) => void,
): uPlot.Options {
  const ink = resolveColour(box, 'var(--muted)')
  const text = resolveColour(box, 'var(--text)')
  const line = resolveColour(box, 'var(--line)')
  const surface = resolveColour(box, 'var(--surface)')
  const colour = resolveColour(box, look.colour)
  const family = getComputedStyle(box).fontFamily
  const axis = { stroke: ink, font: `12px ${family}`, ticks: { show: false } }
  return {
    ...size,
    padding: [12, 16, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, width: 2, fill: surface } },
    scales: {
      x: {
        time: false,
        range: (_, low: number | null, high: number | null) => [Math.min(1, low ?? 1), Math.max(2, high ?? 2, look.plannedEpochs ?? 0)],
      },
      y: { range: (_, low, high) => curveRange(look.metric, low, high) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200],
        space: 44,
        splits: epochSplits,
        values: (_, splits) => splits.map(epochTick),
      },
      {
        ...axis,
        grid: { stroke: line, width: 1 },
        size: 48,
        space: 44,
        // Whole percents only, so that no tick is rounded to another value than its line.
        ...(look.metric === 'accuracy' ? { incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] } : {}),
        values: (_, splits) => splits.map((value) => valueTick(look.metric, value)),
      },
    ],
    series: [
      {},
      { stroke: colour, width: 2.6, points: { show: (chart) => chart.data[0].length === 1, size: 6, fill: colour } },
      { stroke: colour, width: 1.4, dash: [5, 4], alpha: 0.75, points: { show: false } },
    ],
    hooks: {
      draw: [(chart) => drawBest(chart, best, { colour, surface, text, family })],
      setCursor: [(chart) => onhover(chart.cursor.idx ?? null)],
    },
  }
}

/** The first epoch, then multiples of the step that uPlot found room for. */
function epochSplits(_: uPlot, __: number, low: number, high: number, step: number): number[] {
  const splits = [Math.max(1, low)]
  for (let epoch = Math.ceil((low + step * 0.75) / step) * step; epoch <= high; epoch += step) if (epoch > 1) splits.push(epoch)
  return splits
}

function epochTick(epoch: number): string {
  return Number.isInteger(epoch) && epoch >= 1 ? (epoch === 1 ? `${trainWords.axisEpoch} 1` : String(epoch)) : ''
}

function valueTick(metric: CurveMetric, value: number): string {
  return metric === 'accuracy' ? `${Math.round(value * 100)} %` : String(Number(value.toPrecision(2)))
}

/** The ringed dot at the best epoch with its value, below the curve where there is room and above it where there is not. */
function drawBest(
  chart: uPlot,
  best: { readonly epoch: () => number | null; readonly valueText: (value: number) => string },
  look: { readonly colour: string; readonly surface: string; readonly text: string; readonly family: string },
): void {
  const epoch = best.epoch()
  const index = epoch === null ? -1 : chart.data[0].indexOf(epoch)
  const value = chart.data[1]?.[index]
  if (epoch === null || value === null || value === undefined) return
  const ratio = devicePixelRatio
  const x = chart.valToPos(epoch, 'x', true)
  const y = chart.valToPos(value, 'y', true)
  const { ctx, bbox } = chart
  ctx.save()
  ctx.setLineDash([])
  ctx.globalAlpha = 1
  ctx.beginPath()
  ctx.arc(x, y, 5.5 * ratio, 0, 2 * Math.PI)
  ctx.fillStyle = look.surface
  ctx.strokeStyle = look.colour
  ctx.lineWidth = 2.5 * ratio
  ctx.fill()
  ctx.stroke()
  const words = trainWords.bestEpoch(epoch, best.valueText(value))
  ctx.font = `600 ${12 * ratio}px ${look.family}`
  const half = ctx.measureText(words).width / 2
  const centre = Math.max(bbox.left + half + 2 * ratio, Math.min(x, bbox.left + bbox.width - half))
  const isBelow = y + 34 * ratio < bbox.top + bbox.height
  const baseline = isBelow ? y + 24 * ratio : y - 14 * ratio
  ctx.textAlign = 'center'
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = look.surface
  ctx.lineJoin = 'round'
  ctx.strokeText(words, centre, baseline)
  ctx.fillStyle = look.text
  ctx.fillText(words, centre, baseline)
  ctx.restore()
}
