import { countText, percentText } from './numbers.ts'

export const tryWords = {
  title: 'Try',
  dropTitle: 'Drop photos here',
  dropText: 'Photos it has never seen say most. They are only looked at, not added to the project.',
  choose: 'Choose photos',
  pathTitle: 'Choose photos to try',
  asking: 'Looking…',
  answeredBy: 'Answered by',
  latest: 'the newest run',
  emptyTitle: 'First it needs to learn',
  emptyText: 'Train once, then try any photo here.',
  toTrain: 'Go to Train',
  clear: 'Clear',
  percent: (probability: number) =>
    probability < 0.0005 ? '< 0.1 %' : percentText(probability, probability > 0.995 || probability < 0.01 ? 1 : 0),
  unsure: 'It is not sure: the first two are close.',
  some: (count: number) => `${countText(count)} photos`,
} as const
