import type uPlot from 'uplot'
import { trainWords } from '../text/train.ts'
import { curveRange, type CurveMetric, type CurveRun } from './curve-data.ts'

/** What needs a new chart when it changes; epochs that come in are only fed to the one that is there. */
export interface CurveLook {
  readonly metric: CurveMetric
  readonly runs: readonly CurveRun[]
  readonly withTraining: boolean
  /** Epochs that may still come: the axis is that long from the start. */
  readonly plannedEpochs: number
}

/** Colours and type as the canvas understands them. */
export interface CurveInk {
  readonly muted: string
  readonly text: string
  readonly line: string
  readonly surface: string
  readonly family: string
  /** One for each run. */
  readonly runs: readonly string[]
}

/** From so many runs on lines are thinner and their rings are left out, so that they can be told apart. */
export const manyRuns = 7

/** Reads the colours that hold where `box` stands, in the theme that holds now. */
export function readInk(box: HTMLElement, runs: readonly CurveRun[]): CurveInk {
  const probe = document.createElement('i')
  box.append(probe)
  const resolve = (colour: string): string => {
    probe.style.color = colour
    return getComputedStyle(probe).color
  }
  const ink = {
    muted: resolve('var(--muted)'),
    text: resolve('var(--text)'),
    line: resolve('var(--line)'),
    surface: resolve('var(--surface)'),
    family: getComputedStyle(box).fontFamily,
    runs: runs.map(({ colour }) => resolve(colour)),
  }
  probe.remove()
  return ink
}

/** `draw` is called after the lines are drawn, `moved` when the cursor stands on another epoch or height. */
export function curveOptions(
  look: CurveLook,
  ink: CurveInk,
  size: { readonly width: number; readonly height: number },
  hooks: { readonly draw: (chart: uPlot) => void; readonly moved: (chart: uPlot) => void },
): uPlot.Options {
  const isFew = look.runs.length < manyRuns
  return {
    ...size,
    padding: [12, 16, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: isFew, size: 7, width: 2, fill: ink.surface },
    },
    scales: {
      x: { time: false, range: (_, __, high: number | null) => [1, Math.max(2, high ?? 2, look.plannedEpochs)] },
      y: { range: (_, low, high) => curveRange(look.metric, low, high) },
    },
    axes: axes(look.metric, ink),
    series: [{}, ...look.runs.flatMap((_, index) => lines(ink.runs[index] ?? ink.text, isFew, look.withTraining))],
    hooks: { draw: [hooks.draw], setCursor: [hooks.moved] },
  }
}

/** Validation thick and solid, training thin and dashed. */
function lines(stroke: string, isFew: boolean, withTraining: boolean): uPlot.Series[] {
  const single: uPlot.Series.Points = { show: (chart) => chart.data[0].length === 1, size: 6, fill: stroke }
  const validation: uPlot.Series = { stroke, width: isFew ? 2.6 : 1.4, points: single }
  return withTraining ? [validation, { stroke, width: 1.4, dash: [5, 4], alpha: 0.75, points: { show: false } }] : [validation]
}

function axes(metric: CurveMetric, ink: CurveInk): uPlot.Axis[] {
  const axis = { stroke: ink.muted, font: `12px ${ink.family}`, ticks: { show: false } }
  return [
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
      grid: { stroke: ink.line, width: 1 },
      size: 48,
      space: 44,
      // Whole percents only, so that no tick is rounded to another value than its line.
      ...(metric === 'accuracy' ? { incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] } : {}),
      values: (_, splits) => splits.map((value) => valueTick(metric, value)),
    },
  ]
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
