import type { EpochReport } from '../../main/contract/runs.ts'
import { percentText } from '../text/numbers.ts'

export type CurveMetric = 'accuracy' | 'loss'

/** One run as a chart shows it. */
export interface CurveRun {
  readonly id: string
  /** What it is called beside its curve: `Run 4`. */
  readonly name: string
  /** Any CSS colour, also with custom properties; `runColour` gives a run's own. */
  readonly colour: string
  /** In order; numbered from 1. */
  readonly epochs: readonly EpochReport[]
  /** Ringed; null where there is none yet. */
  readonly bestEpoch: number | null
  /** Where training and validation part; null or absent where they do not. */
  readonly partsAt?: number | null
}

/** `[epochs 1..n, validation of run 0, training of run 0, validation of run 1 ...]`; training only where it is asked for. Null: no such epoch. */
export type CurveColumns = [epochs: number[], ...values: (number | null)[][]]

/** The columns of all runs on one axis of epochs, which is as long as the longest of them. */
export function curveColumns(runs: readonly CurveRun[], metric: CurveMetric, withTraining: boolean): CurveColumns {
  const length = Math.max(0, ...runs.map(({ epochs }) => epochs.at(-1)?.epoch ?? 0))
  const column = (run: CurveRun, valueOf: (epoch: EpochReport) => number): (number | null)[] => {
    const values = new Array<number | null>(length).fill(null)
    for (const each of run.epochs) values[each.epoch - 1] = valueOf(each)
    return values
  }
  return [
    Array.from({ length }, (_, index) => index + 1),
    ...runs.flatMap((run) => {
      const validation = column(run, validationOf(metric))
      return withTraining ? [validation, column(run, trainingOf(metric))] : [validation]
    }),
  ]
}

export function validationOf(metric: CurveMetric): (epoch: EpochReport) => number {
  return metric === 'accuracy' ? (each) => each.validationAccuracy : (each) => each.validationLoss
}

export function trainingOf(metric: CurveMetric): (epoch: EpochReport) => number {
  return metric === 'accuracy' ? (each) => each.trainAccuracy : (each) => each.trainLoss
}

/** The y axis: accuracy up to 1 with its floor at the next twentieth below the data, so that the curve fills the chart; loss from 0. */
export function curveRange(metric: CurveMetric, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  if (metric === 'loss') return [0, high <= 0 ? 1 : high * 1.08]
  return [Math.max(0, Math.min(0.95, Math.floor(low * 20 - 0.2) / 20)), 1]
}

/** `91.7 %`, or a loss as `0.284`. */
export function curveValueText(metric: CurveMetric, value: number): string {
  return metric === 'accuracy' ? percentText(value) : value.toFixed(3)
}

/** The report of one epoch of a run; null where it has none. */
export function reportAt(run: CurveRun, epoch: number | null): EpochReport | null {
  if (epoch === null) return null
  const there = run.epochs[epoch - 1]
  return (there?.epoch === epoch ? there : run.epochs.find((each) => each.epoch === epoch)) ?? null
}

/** The index of the value that is closest to `to` and not farther than `within`; null where there is none. */
export function nearestValue(values: readonly (number | null)[], to: number, within: number): number | null {
  let nearest: number | null = null
  let least = within
  values.forEach((value, index) => {
    if (value === null || Math.abs(value - to) > least) return
    least = Math.abs(value - to)
    nearest = index
  })
  return nearest
}
