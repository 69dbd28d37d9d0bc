import type { HeadSettings } from '../contract/worker/training-tasks.ts'

/** One step against the gradient; changes `parameters` in place. `share` of the learning rate is taken, all of it when absent. */
export type Step = (parameters: Float32Array, gradient: Float32Array, share?: number) => void

/** Adam (Kingma & Ba, 2015, algorithm 1) with its paper's beta1 = 0.9, beta2 = 0.999, and epsilon = 1e-7 as in Keras. */
function makeAdam(size: number, learningRate: number): Step {
  const beta1 = 0.9
  const beta2 = 0.999
  const epsilon = 1e-7
  const means = new Float32Array(size)
  const squares = new Float32Array(size)
  let steps = 0
  return (parameters, gradient, share = 1) => {
    steps += 1
    const rate = (share * learningRate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps)
    for (let i = 0; i < size; i++) {
      const slope = gradient[i] as number
      const mean = beta1 * (means[i] as number) + (1 - beta1) * slope
      const square = beta2 * (squares[i] as number) + (1 - beta2) * slope * slope
      means[i] = mean
      squares[i] = square
      parameters[i] = (parameters[i] as number) - (rate * mean) / (Math.sqrt(square) + epsilon)
    }
  }
}

/** Stochastic gradient descent with momentum 0.9 (velocity = 0.9 velocity - rate gradient). */
function makeSgd(size: number, learningRate: number): Step {
  const momentum = 0.9
  const velocities = new Float32Array(size)
  return (parameters, gradient, share = 1) => {
    const rate = share * learningRate
    for (let i = 0; i < size; i++) {
      const velocity = momentum * (velocities[i] as number) - rate * (gradient[i] as number)
      velocities[i] = velocity
      parameters[i] = (parameters[i] as number) + velocity
    }
  }
}

/**
 * Weight decay apart from the gradient (Loshchilov & Hutter 2019): before its step each of the first `count` parameters loses rate * decay of itself, as in
 * Keras and PyTorch. The paper takes the share of the rate alone instead of the rate.
 */
function withDecay(step: Step, { learningRate, weightDecay }: StepRule, count: number): Step {
  if (weightDecay === 0) return step
  return (parameters, gradient, share = 1) => {
    const kept = 1 - share * learningRate * weightDecay
    for (let i = 0; i < count; i++) parameters[i] = kept * (parameters[i] as number)
    step(parameters, gradient, share)
  }
}

export type StepRule = Pick<HeadSettings, 'optimiser' | 'learningRate' | 'weightDecay'>

/** `decaying`: so many of the `size` parameters, the first ones, lose weight. */
export function makeOptimiser(settings: StepRule, size: number, decaying = size): Step {
  switch (settings.optimiser) {
    case 'adam':
    case 'adamw':
      return withDecay(makeAdam(size, settings.learningRate), settings, decaying)
    case 'sgd':
      return withDecay(makeSgd(size, settings.learningRate), settings, decaying)
    default:
      return settings.optimiser satisfies never
  }
}
