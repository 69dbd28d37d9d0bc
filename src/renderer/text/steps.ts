import type { AskedRecipe, Recipe } from '../../main/contract/runs.ts'

/** How the steps of a training are chosen, for people. */
export const stepsWords = {
  schedule: 'Schedule',
  schedules: [
    { value: 'constant', name: 'Even', hint: 'The same at every step' },
    { value: 'cosine', name: 'Falling', hint: 'From the learning rate to nothing, along a cosine' },
    { value: 'one-cycle', name: 'One cycle', hint: 'Up to the learning rate for a quarter of the way, then down to nothing' },
  ] satisfies { value: AskedRecipe['schedule']; name: string; hint: string }[],
  scheduleHint: ({ schedule, patience }: Pick<AskedRecipe, 'schedule' | 'patience'>) => {
    switch (schedule) {
      case 'constant':
        return 'Steps stay as large to the end (learning rate schedule).'
      case 'cosine':
        return `Steps get smaller and smaller, so that it settles (cosine).${early(patience)}`
      case 'one-cycle':
        return `Steps grow for a quarter of the way, then shrink (one cycle); it bears a higher learning rate.${early(patience)}`
      default:
        return schedule satisfies never
    }
  },
  optimiser: 'Optimiser',
  optimiserHint: 'How the steps are chosen; Adam suits nearly always',
  optimisers: [
    { value: 'adam', name: 'Adam', hint: 'Each weight takes steps of its own size' },
    { value: 'adamw', name: 'AdamW', hint: 'Adam, and weights that shrink a little with each step' },
    { value: 'sgd', name: 'SGD', hint: 'Plain steps with momentum' },
  ] satisfies { value: AskedRecipe['optimiser']; name: string; hint: string }[],
  weightDecay: 'Weight decay',
  weightDecayHint: 'Weights shrink so much of each step, against learning by heart; 0.01 is usual',
  labelSmoothing: 'Label smoothing',
  labelSmoothingHint: 'Less than certainty is aimed at, which helps where some labels are wrong; 0.1 is usual',
  classWeights: 'Rare classes',
  classWeightChoices: [
    { value: 'none', name: 'As they are', hint: 'Every photo counts the same' },
    { value: 'balanced', name: 'Count more', hint: 'Every class counts the same' },
    { value: 'sampled', name: 'Come more', hint: 'Each pass has as many photos of every class' },
  ] satisfies { value: AskedRecipe['classWeights']; name: string; hint: string }[],
  classWeightsHint:
    'Photos of a rare class count for more (class weights), or come several times in a pass (oversampling): fewer of them are missed, and more others taken for them',
  dropout: 'Dropout',
  dropoutHint: 'So much of what is seen is left out at random before the last step, against learning by heart; 0.2 to 0.5 is usual',
} as const

/** What AdamW is for: a decay as PyTorch and fast.ai have it where none is set. */
export const usualDecay = 0.01

function early(patience: number): string {
  return patience === 0 ? '' : ' Patience may end it on the way; 0 lets it go to its end.'
}

/** `falling (cosine)`. */
export function scheduleText(schedule: Recipe['schedule']): string {
  switch (schedule) {
    case 'constant':
      return 'even (constant)'
    case 'cosine':
      return 'falling (cosine)'
    case 'one-cycle':
      return 'up and down (one cycle)'
    default:
      return schedule satisfies never
  }
}

export function optimiserText(optimiser: Recipe['optimiser']): string {
  return stepsWords.optimisers.find(({ value }) => value === optimiser)?.name ?? optimiser
}

export function classWeightsText(classWeights: Recipe['classWeights']): string {
  switch (classWeights) {
    case 'none':
      return 'count as they are'
    case 'balanced':
      return 'count more (class weights)'
    case 'sampled':
      return 'come more often (oversampling)'
    default:
      return classWeights satisfies never
  }
}
