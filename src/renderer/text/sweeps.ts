import type { AskedRecipe } from '../../main/contract/runs.ts'
import type { Expectation, Repeats, SweepPlan } from '../../main/contract/sweeps.ts'
import { countOf, countText, forecastText, percentText } from './numbers.ts'
import { learnsChoices, recipeText } from './recipes.ts'

export const sweepWords = {
  open: 'Train several',
  openHint: 'Several starting networks and ways to train in one go, or the same training several times',
  title: 'Train several in one go',
  intro:
    'They are trained one after the other and tested on the same photos, so that they compare. The way to train that the form has takes its settings, the others those of Quick, Thorough and From scratch.',
  networks: 'Starting networks',
  modes: 'What learns',
  repeats: 'How often each',
  repeatsHint: 'Each time with another seed: the spread shows how much is chance',
  repeatsFewest: 1,
  repeatsMost: 20,
  order: 'In this order',
  orderHint: 'What should be right most often comes first',
  takeOut: (what: string) => `Leave out ${what}`,
  putBack: 'Put all back',
  nothing: 'Choose at least one starting network and one way to learn.',
  allLeftOut: 'All of them are left out.',
  asking: 'Asking what comes first',
  measuring: 'Measuring how long they take here; you need not wait.',
  start: (count: number) => (count === 0 ? 'Train' : `Train ${countText(count)}`),
  line: sweepLine,
  total: sweepTotal,
  expected: expectedText,
  seed: (seed: number) => `seed ${seed}`,
  takes: (seconds: number | null) => (seconds === null ? 'time not known' : forecastText(seconds)),
  repeatsTitle: 'Trained several times',
  repeatsSub: 'The same training with other seeds, tested on the same photos: what differs is chance.',
  repeatsShow: 'Show',
  repeatsSaid,
  repeatsExact,
} as const

/** One training as a row names it, e.g. `Balanced, last step`, `Balanced, last 4 blocks`. */
function sweepLine(recipe: AskedRecipe, plainName: (backbone: string) => string): string {
  const what = recipeText(recipe, plainName(recipe.backbone ?? ''))
  const step = learnsChoices.find(({ value }) => value === 'head')?.name.toLowerCase() ?? ''
  return recipe.mode === 'head' ? `${what}, ${step}` : what
}

/** `12 trainings, about 34 min in all`; what is not known is said. */
function sweepTotal({ trainings, seconds, unknown }: SweepPlan): string {
  const count = trainings.filter(({ problem }) => problem === null).length
  const words = countOf(count, 'training')
  if (count === 0) return words
  if (unknown === count) return `${words}, of which the time is not known`
  const time = `${forecastText(seconds)}${count > 1 ? ' in all' : ''}`
  return unknown === 0 ? `${words}, ${time} at most` : `${words}, ${time} and ${countText(unknown)} of which the time is not known`
}

function expectedText(expected: Expectation): string {
  switch (expected.by) {
    case 'advice':
      return `about ${Math.round(100 * expected.right)} of 100 right on your photos`
    case 'runs':
      return `${expected.runs === 1 ? 'a run' : countOf(expected.runs, 'run')} before: about ${Math.round(100 * expected.right)} of 100 right`
    case 'nothing':
      return 'not tried yet'
    default:
      return expected satisfies never
  }
}

const percent = (share: number): string => (100 * share).toFixed(1)

/** `5 trainings: 92.4 of 100 right on average, from 91.0 to 94.0`. */
function repeatsSaid({ runs, mean, worst, best }: Repeats): string {
  const words = `${countOf(runs.length, 'training')}: ${percent(mean)} of 100 right on average`
  return percent(worst) === percent(best) ? `${words}, all the same` : `${words}, from ${percent(worst)} to ${percent(best)}`
}

/** The same in figures for engineers. */
function repeatsExact({ runs, mean, deviation, low, high, photos }: Repeats): string {
  const on = `test ${percentText(mean)}, on ${countOf(photos, 'test photo')} each`
  // So few photos or so few trainings that none differs: that says nothing of how far others would.
  if (deviation === 0) return `${on}; no spread to be seen among ${runs.length} trainings`
  return `${on}, standard deviation ${percent(deviation)}, mean of all seeds ${percent(low)} to ${percent(high)} (95 %, t, n = ${runs.length})`
}
