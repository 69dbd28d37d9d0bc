import { Recipe } from '../../../src/main/contract/runs.ts'
import { makeRandom } from '../../../src/main/compute/random.ts'
import { networks, type Network } from './photo-features.ts'

/** A fault that is planted into a training. */
export const faults = [
  'overfitting',
  'underfitting',
  'rate-too-high',
  'rate-too-low',
  'noisy-labels',
  'few-validation',
  'leak',
  'starving',
  'no-better-than-majority',
] as const
export type Fault = (typeof faults)[number]

/** A training of a head: which photos, what is wrong with them, and how it is trained. */
export interface World {
  readonly name: string
  readonly planted: Fault | null
  readonly network: Network
  readonly classes: readonly string[]
  /** Photos of each class, in the order of `classes`. */
  readonly photos: readonly number[]
  readonly recipe: Recipe
  /** Share of labels that are another class's, and whether those of validation and test are as wrong. */
  readonly noise: { readonly share: number; readonly everywhere: boolean }
  /** All labels are drawn anew, as often as each class was there. */
  readonly shuffled: boolean
  /** So many of the photos are there once more, changed, and nobody knows. */
  readonly copies: number
  /** Whether look-alikes were compared, and the labels checked, before the coach was asked. */
  readonly compared: boolean
  readonly checked: boolean
  readonly seed: number
}

const waste = ['aluminium', 'glass', 'organic', 'paper-cardboard', 'textiles', 'wood']
const animals = ['cat', 'dog']
/** Of each class so many photos are never labelled: they are the jury that says whether a fault did harm. */
export const juryOf = (className: string): number => (animals.includes(className) ? 40 : 14)
const mostOf = (className: string): number => (animals.includes(className) ? 110 : 36)

type Random = () => number
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1))

const shares = {
  usual: { train: 0.7, validation: 0.15, test: 0.15 },
  measured: { train: 0.5, validation: 0.25, test: 0.25 },
  more: { train: 0.6, validation: 0.2, test: 0.2 },
  fewest: { train: 0.9, validation: 0.05, test: 0.05 },
}

/** Classes and photos with at least 24 photos to validate on. */
function drawPhotos(random: Random): Pick<World, 'classes' | 'photos'> & { readonly shares: (typeof shares)['usual'] } {
  const kind = pick(random, ['animals', 'animals', 'waste', 'waste', 'all', 'three', 'four'] as const)
  const shuffled = waste.toSorted(() => random() - 0.5)
  const classes = { animals, waste, all: [...animals, ...waste], three: shuffled.slice(0, 3), four: shuffled.slice(0, 4) }[kind]
  const share = 0.8 + 0.2 * random()
  const photos = classes.map((name) => Math.round((kind === 'all' ? 36 : mostOf(name)) * share))
  const total = photos.reduce((sum, each) => sum + each, 0)
  const fitting = [shares.usual, shares.more, shares.measured].filter(({ validation }) => validation * total >= 24.5)
  return {
    classes,
    photos,
    shares: kind === 'three' ? shares.measured : (fitting[Math.floor(random() * Math.min(2, fitting.length))] ?? shares.measured),
  }
}

/** Settings of somebody who knows. */
function soundSteps(random: Random): Partial<Recipe> {
  const steps = pick(random, ['adam', 'adam', 'adam', 'adamw', 'sgd', 'cosine', 'one-cycle', 'smoothed', 'balanced'] as const)
  const length = pick(random, [
    { epochs: 30, patience: 8 },
    { epochs: 30, patience: 8 },
    { epochs: 100, patience: 15 },
    { epochs: 10, patience: 4 },
    { epochs: 50, patience: 10 },
  ])
  const usual = { ...length, batchSize: pick(random, [8, 16, 16, 32]), learningRate: pick(random, [0.0005, 0.001, 0.001, 0.002]) }
  switch (steps) {
    case 'adam':
      return usual
    case 'adamw':
      return { ...usual, optimiser: 'adamw', weightDecay: pick(random, [0.01, 0.05]) }
    case 'sgd':
      return { ...usual, optimiser: 'sgd', learningRate: pick(random, [0.003, 0.01, 0.02]), weightDecay: pick(random, [0, 0.001]) }
    case 'cosine':
    case 'one-cycle':
      return { ...usual, schedule: steps, learningRate: pick(random, [0.001, 0.002, 0.003]) }
    case 'smoothed':
      return { ...usual, labelSmoothing: pick(random, [0.05, 0.1, 0.2]) }
    case 'balanced':
      return { ...usual, classWeights: 'balanced' }
    default:
      return steps satisfies never
  }
}

/** Settings that bring a fault. */
function faultySteps(fault: Fault | null, random: Random): Partial<Recipe> {
  const steps = soundSteps(random)
  const isSgd = steps.optimiser === 'sgd'
  switch (fault) {
    case 'overfitting':
      return {
        ...steps,
        epochs: pick(random, [60, 80, 100, 150]),
        patience: 0,
        learningRate: isSgd ? pick(random, [0.03, 0.05]) : pick(random, [0.003, 0.005, 0.008]),
      }
    case 'underfitting':
      return { ...steps, epochs: between(random, 1, 5), patience: 0, learningRate: isSgd ? 0.002 : pick(random, [0.0003, 0.0005, 0.001]) }
    case 'rate-too-high':
      return { ...steps, learningRate: isSgd ? pick(random, [0.5, 1, 3, 10]) : pick(random, [0.05, 0.1, 0.3, 1, 3]) }
    case 'rate-too-low':
      return {
        ...steps,
        epochs: pick(random, [10, 20, 30, 50]),
        learningRate: isSgd ? pick(random, [1e-5, 3e-5, 1e-4]) : pick(random, [1e-6, 3e-6, 1e-5, 2e-5]),
      }
    default:
      return steps
  }
}

/** The world of a number; the same number is the same world. */
export function worldOf(planted: Fault | null, number: number): World {
  const seed = 1 + number + 1000 * (planted === null ? 0 : 1 + faults.indexOf(planted)) + 1_000_000 * Math.floor(number / 1000)
  const random = makeRandom(seed)
  const drawn = drawPhotos(random)
  const world: World = {
    name: `${planted ?? 'sound'}-${number}`,
    planted,
    network: pick(random, networks),
    classes: drawn.classes,
    photos: drawn.photos,
    recipe: Recipe.parse({ backbone: 'efficientnet-lite0', ...faultySteps(planted, random), seed, shares: drawn.shares }),
    noise: { share: 0, everywhere: true },
    shuffled: false,
    copies: 0,
    compared: random() < 0.7,
    checked: random() < 0.15,
    seed,
  }
  const withRecipe = (settings: Partial<Recipe>): Recipe => ({ ...world.recipe, ...settings })
  switch (planted) {
    case null:
      // Every fourth has a class with fewer photos than the others, as most projects have, and not so few that it starves.
      return number % 4 === 3
        ? { ...world, photos: world.photos.map((each, index) => (index === 0 ? Math.round(each * (0.4 + 0.3 * random())) : each)) }
        : world
    case 'overfitting':
      return {
        ...world,
        photos: world.photos.map((each) => Math.round(each * 0.9)),
        recipe: withRecipe({ shares: { train: 0.4, validation: 0.3, test: 0.3 } }),
      }
    case 'noisy-labels':
      return { ...world, noise: { share: 0.15 + 0.2 * random(), everywhere: random() < 0.67 } }
    case 'few-validation': {
      const total = between(random, 40, 120)
      const photos = world.classes.map(() => Math.max(5, Math.floor(total / world.classes.length)))
      return { ...world, photos, recipe: withRecipe({ shares: photos.length * (photos[0] ?? 0) < 70 ? shares.usual : shares.fewest }) }
    }
    case 'leak':
      return { ...world, copies: 0.5 + 0.5 * random(), compared: true, photos: world.photos.map((each) => Math.round(each * 0.7)) }
    case 'starving': {
      const starved = between(random, 0, world.classes.length - 1)
      return { ...world, photos: world.photos.map((each, index) => (index === starved ? between(random, 3, 5) : each)) }
    }
    case 'no-better-than-majority': {
      const uneven = random() < 0.4
      return {
        ...world,
        shuffled: true,
        photos: world.photos.map((each, index) => (uneven && index === 0 ? each : uneven ? Math.max(4, Math.round(each / 2)) : each)),
      }
    }
    case 'underfitting':
    case 'rate-too-high':
    case 'rate-too-low':
      return world
    default:
      return planted satisfies never
  }
}
