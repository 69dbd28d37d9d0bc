import type { LabelCheck } from '../../main/contract/doubts.ts'
import { agoText, countOf, countText, fewNames, frequencyText } from './numbers.ts'

/** Words of the tab that finds labels which are likely wrong. */
export const doubtWords = {
  begin: 'Look for wrong labels',
  again: 'Look again',
  beginTitle: 'Find labels that are likely wrong',
  beginText:
    'Graft learns from a part of your photos and looks at the others, in turns. Where it sees another class than the label says, you decide. It finds most wrong labels, not all. Nothing is changed without you.',
  tooFewTitle: 'A few labels first',
  tooFewText: (needed: number) =>
    `To tell a wrong label from a right one, Graft needs at least ${countText(needed)} labelled photos of each of two classes.`,
  toLabel: 'Label photos',
  isCalled: 'It is called',
  looksLike: 'It looks like',
  certainty: (certainty: number, name: string) => `Of photos like this one, ${frequencyText(certainty)} are called ${name}.`,
  keep: 'Keep',
  keepHint: (name: string) => `The label is right: keep ${name}`,
  change: 'Change',
  changeHint: (name: string) => `Change the label to ${name}`,
  similar: (name: string) => `Photos of ${name} that look most like it`,
  trash: 'Move to the trash',
  trashHint: 'It can be brought back from there',
  skip: 'Skip',
  skipHint: 'It comes again at the end',
  others: 'Another class',
  strip: 'Photos whose label may be wrong, the most certain first',
  stripPhoto: (name: string, label: string, likely: string) => `${name}, called ${label}, looks like ${likely}`,
  said: (name: string, label: string, likely: string) => `${name}, called ${label}, looks like ${likely}`,
  left: (left: number) => `${countText(left)} left`,
  progress: (done: number, listed: number) => `${countText(done)} of ${countText(listed)} decided`,
  from: fromText,
  leftOut: (names: readonly string[]) => `${fewNames(names)} ${names.length === 1 ? 'has' : 'have'} too few photos to be looked at.`,
  noneTitle: (images: number) => `No label looks wrong among ${countOf(images, 'photo')}`,
  doneTitle: (listed: number) => (listed === 1 ? 'You have decided the only one' : `You have decided all ${countText(listed)}`),
  noneText: (more: number) => `Every label is what photos that look like it are called. ${moreText(more)}`,
  doneText: (more: number) => `What you corrected helps to see the rest: look again to find what was hidden. ${moreText(more)}`,
  train: 'Train',
} as const

/** How old the list is, and how much has been labelled since. */
function fromText({ atMs, labelsSince }: LabelCheck, nowMs: number): string {
  const since = labelsSince === 0 ? '' : `, ${countOf(labelsSince, 'label')} since`
  return `From ${agoText(atMs, nowMs)}${since}`
}

/** What the list may miss: wrong labels that were counted and could not be told one by one, or none that is known of. */
function moreText(more: number): string {
  if (more <= 0) return 'A wrong label that looks right is not found this way.'
  return more === 1
    ? 'One more may be wrong that cannot be told from right ones.'
    : `About ${countText(more)} more may be wrong that cannot be told from right ones.`
}
