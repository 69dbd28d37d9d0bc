import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Recipe } from '../../contract/runs.ts'
import type { Evidence } from './evidence.ts'

/** A training whose fault is known, because it was planted; how: `e2e/bench/coach`. */
export interface LibraryCurve {
  readonly name: string
  /** The fault; null: it is sound. */
  readonly fault: string | null
  readonly evidence: Evidence
  /** Held back: no rule was made with it in sight. */
  readonly heldBack: boolean
}

/** A line of the library. Losses have four digits that count; right answers are counted, `12 14x3` are 12, 14, 14, 14. */
interface Line {
  readonly name: string
  readonly fault: string | null
  /** What differs from the usual recipe. */
  readonly recipe: Partial<Recipe>
  readonly ended: Evidence['ended']
  /** Train, validation and test images of each class. */
  readonly classes: readonly (readonly [number, number, number])[]
  readonly trainLoss: readonly number[]
  readonly trainRight: string
  readonly validationLoss: readonly number[]
  readonly validationRight: string
  readonly labelCheck: readonly [number, number, number] | null
  readonly lookAlikes: readonly [number, number]
}

export const libraryPath = join(import.meta.dirname, 'library', 'curves.jsonl')
const backbone = 'efficientnet-lite0'

/**
 * Heads from this number on were trained for the rules as they stand, and nobody looked at them before. Three times before, a half that was held back had shown
 * 93.3, 94.3 and 94.4 % right; each was given to those that rules are made with (of which only the first are kept here), and new ones were held back. Networks
 * are all among those that rules are made with.
 */
export const heldBackFrom = 3000
function isHeldBack(name: string): boolean {
  return !name.startsWith('network-') && Number(/\d+$/.exec(name)?.[0]) >= heldBackFrom
}

export function readLibrary(): LibraryCurve[] {
  return readFileSync(libraryPath, 'utf8')
    .trim()
    .split('\n')
    .map((text) => {
      const line = JSON.parse(text) as Line
      return { name: line.name, fault: line.fault, evidence: evidenceOf(line), heldBack: isHeldBack(line.name) }
    })
}

function evidenceOf(line: Line): Evidence {
  const classes = line.classes.map(([train, validation, test], index) => ({
    id: index + 1,
    name: `class ${index + 1}`,
    train,
    validation,
    test,
  }))
  const total = (part: 'train' | 'validation'): number => classes.reduce((sum, each) => sum + each[part], 0)
  const [trainRight, validationRight] = [readCounts(line.trainRight), readCounts(line.validationRight)]
  return {
    classes,
    ended: line.ended,
    recipe: Recipe.parse({ backbone, ...line.recipe }),
    epochs: line.trainLoss.map((trainLoss, index) => ({
      epoch: index + 1,
      trainLoss,
      trainAccuracy: (trainRight[index] ?? 0) / total('train'),
      validationLoss: line.validationLoss[index] ?? 0,
      validationAccuracy: (validationRight[index] ?? 0) / total('validation'),
    })),
    confusion: confusionOf(line, validationRight),
    labelCheck:
      line.labelCheck === null ? null : { images: line.labelCheck[0], estimatedWrong: line.labelCheck[1], listed: line.labelCheck[2] },
    lookAlikes: { sure: line.lookAlikes[0], perhaps: line.lookAlikes[1] },
  }
}

/**
 * What its best epoch, which is kept, said of the validation images. The line tells how many of them it was right on, which is what the rules look at; of which
 * classes those are it does not tell, so that the first ones take them here.
 */
function confusionOf({ classes, validationLoss }: Line, validationRight: readonly number[]): number[][] {
  let left = validationRight[validationLoss.indexOf(Math.min(...validationLoss))] ?? 0
  return classes.map(([, validation], row) => {
    const right = Math.min(validation, left)
    left -= right
    const other = (row + 1) % classes.length
    return classes.map((_, column) => (column === row ? right : column === other ? validation - right : 0))
  })
}

function readCounts(text: string): number[] {
  return text.split(' ').flatMap((run) => {
    const [count = 0, times = 1] = run.split('x').map(Number)
    return new Array<number>(times).fill(count)
  })
}

function countsText(counts: readonly number[]): string {
  const runs: { count: number; times: number }[] = []
  for (const count of counts) {
    const last = runs.at(-1)
    if (last?.count === count) last.times++
    else runs.push({ count, times: 1 })
  }
  return runs.map(({ count, times }) => (times === 1 ? `${count}` : `${count}x${times}`)).join(' ')
}

/** The line of a curve, for the library's file. */
export function libraryLine(
  name: string,
  fault: string | null,
  { epochs, recipe, ended, classes, labelCheck, lookAlikes }: Evidence,
): string {
  const usual: Readonly<Record<string, unknown>> = Recipe.parse({ backbone })
  const total = (part: 'train' | 'validation'): number => classes.reduce((sum, each) => sum + each[part], 0)
  const digits = (value: number): number => Number(value.toPrecision(4))
  const line: Line = {
    name,
    fault,
    recipe: Object.fromEntries(Object.entries(recipe).filter(([key, value]) => JSON.stringify(usual[key]) !== JSON.stringify(value))),
    ended,
    classes: classes.map(({ train, validation, test }) => [train, validation, test]),
    trainLoss: epochs.map(({ trainLoss }) => digits(trainLoss)),
    trainRight: countsText(epochs.map(({ trainAccuracy }) => Math.round(trainAccuracy * total('train')))),
    validationLoss: epochs.map(({ validationLoss }) => digits(validationLoss)),
    validationRight: countsText(epochs.map(({ validationAccuracy }) => Math.round(validationAccuracy * total('validation')))),
    labelCheck: labelCheck === null ? null : [labelCheck.images, labelCheck.estimatedWrong, labelCheck.listed],
    lookAlikes: [lookAlikes.sure, lookAlikes.perhaps],
  }
  return JSON.stringify(line)
}
