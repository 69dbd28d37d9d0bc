import { meanGradient, type LabelledRows, type Parameters } from './softmax-regression.ts'
import { Turns } from './turns.ts'

export interface FitSettings {
  readonly dim: number
  readonly classCount: number
  /** Strength of the penalty, above 0: the smaller, the surer the answers. In scikit-learn's words 1 / (C * rows). */
  readonly penalty: number
}

/** Steps that the next direction is made from; more gain nothing here. */
const stepsKept = 8
const stepsAtMost = 200
/** The largest slope at which the minimum counts as reached; Float32 sums are no finer. */
const flat = 1e-5
/** A step has to take so much of the fall that its slope promises (Armijo). */
const worthwhileShare = 1e-4
const halvingsAtMost = 30

interface Point {
  readonly parameters: Parameters
  readonly gradient: Float64Array
  readonly loss: number
}

/**
 * The weights at the minimum of mean cross-entropy + penalty / 2 * (sum of squared weights), biases left out of the penalty: softmax regression as
 * libraries of statistics fit it, which has one answer and depends on no learning rate, number of epochs or seed. By L-BFGS (Liu and Nocedal,
 * Mathematical Programming 45, 1989). Features are to be of about unit deviation. Throws the signal's reason when cancelled.
 */
export async function fitSoftmax(rows: LabelledRows, settings: FitSettings, signal: AbortSignal): Promise<Parameters> {
  const turns = new Turns(signal)
  const lossAt = lossOf(rows, settings)
  let here = lossAt(new Float32Array(settings.classCount * (settings.dim + 1)))
  const steps: { readonly moved: Float64Array; readonly turned: Float64Array; readonly curvature: number }[] = []
  for (let step = 0; step < stepsAtMost && steepest(here.gradient) > flat; step++) {
    await turns.give(false)
    const direction = directionOf(here.gradient, steps)
    const next = walk(here, direction, lossAt)
    if (next === null) break
    const moved = difference(next.parameters, here.parameters)
    const turned = difference(next.gradient, here.gradient)
    const curvature = dot(moved, turned)
    // Where the slope has not turned up along the step, rounding is all that is left to learn from it.
    if (curvature > 0) steps.push({ moved, turned, curvature })
    if (steps.length > stepsKept) steps.shift()
    here = next
  }
  return here.parameters
}

function lossOf(rows: LabelledRows, { dim, classCount, penalty }: FitSettings): (parameters: Parameters) => Point {
  const count = rows.classes.length
  const order = Int32Array.from({ length: count }, (_, row) => row)
  const memory = { probabilities: new Float64Array(count * classCount), gradient: new Float32Array(classCount * (dim + 1)) }
  return (parameters) => {
    const tally = { loss: 0, right: 0 }
    meanGradient(rows, order, [0, count], parameters, classCount, memory, tally)
    const gradient = Float64Array.from(memory.gradient)
    let squares = 0
    for (let i = 0; i < classCount * dim; i++) {
      const weight = parameters[i] as number
      squares += weight * weight
      gradient[i] = (gradient[i] as number) + penalty * weight
    }
    return { parameters, gradient, loss: tally.loss / count + (penalty / 2) * squares }
  }
}

/** Where to go downhill: the gradient, turned by what the last steps have told of the curvature (the two-loop recursion). */
function directionOf(
  gradient: Float64Array,
  steps: readonly { readonly moved: Float64Array; readonly turned: Float64Array; readonly curvature: number }[],
): Float64Array {
  const direction = new Float64Array(gradient.length)
  add(direction, gradient, -1)
  const shares: number[] = []
  for (const { moved, turned, curvature } of steps.toReversed()) {
    const share = dot(moved, direction) / curvature
    shares.push(share)
    add(direction, turned, -share)
  }
  const last = steps.at(-1)
  const scale = last === undefined ? 1 : last.curvature / dot(last.turned, last.turned)
  for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale
  for (const { moved, turned, curvature } of steps) add(direction, moved, (shares.pop() ?? 0) - dot(turned, direction) / curvature)
  return direction
}

/** The first point along `direction` that is low enough, at once or after halving; null where rounding allows none. */
function walk(here: Point, direction: Float64Array, lossAt: (parameters: Parameters) => Point): Point | null {
  const slope = dot(here.gradient, direction)
  if (slope >= 0) return null
  for (let length = 1, halvings = 0; halvings < halvingsAtMost; length /= 2, halvings++) {
    const parameters = here.parameters.slice()
    for (let i = 0; i < parameters.length; i++) parameters[i] = (parameters[i] as number) + length * (direction[i] as number)
    const next = lossAt(parameters)
    if (next.loss <= here.loss + worthwhileShare * length * slope) return next
  }
  return null
}

/** In float64, of which the steps are made; `dot.ts` is for features. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function add(to: Float64Array, values: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + times * (values[i] as number)
}

function difference(a: Float32Array | Float64Array, b: Float32Array | Float64Array): Float64Array {
  const result = new Float64Array(a.length)
  for (let i = 0; i < a.length; i++) result[i] = (a[i] as number) - (b[i] as number)
  return result
}

function steepest(gradient: Float64Array): number {
  let found = 0
  for (const each of gradient) found = Math.max(found, Math.abs(each))
  return found
}
