import type { UseReason } from '../../main/contract/suggestions.ts'
import { countOf, countText, frequencyText } from './numbers.ts'

type NameOf = (classId: number) => string

function reasonText(reason: UseReason, nameOf: NameOf): string {
  switch (reason.kind) {
    case 'between':
      return `Could be ${nameOf(reason.first)} or ${nameOf(reason.second)}`
    case 'many':
      return `About ${countOf(reason.photos, 'more photo')} ${reason.photos === 1 ? 'is' : 'are'} like this one, none with a class`
    case 'unlike':
      return 'It looks like nothing that has a class so far'
    case 'unsure':
      return 'Graft is not sure about it'
    case 'sure':
      return 'Graft is rather sure of what is left: your answer checks it'
    default:
      return reason satisfies never
  }
}

/** Words of what photos look like, on the screen for labelling and in the grid. */
export const suggestionWords = {
  looksLike: (name: string, confidence: number) => `Looks like ${name}, ${frequencyText(confidence)}`,
  chipHint: 'So many of such suggestions are right, as far as can be told from the labels so far. A press accepts it.',
  accepted: (photo: string, name: string) => `${photo}: ${name}, as suggested`,
  reason: reasonText,
  /** Before one of the reasons, on the photo. */
  why: (reason: string) => `Why this one? ${reason}`,
  useful: 'Most useful next',
  byClass: 'By suggestion',
  suggested: 'Suggested by Graft',
  /** What is missing: classes with the labels that they still need, or too few classes. */
  missing: (classes: readonly { readonly name: string; readonly labels: number }[]) =>
    classes.length === 0
      ? 'Suggestions need two classes.'
      : `${classes.map(({ name, labels }) => `${countText(labels)} more ${labels === 1 ? 'photo' : 'photos'} of ${name}`).join(' and ')}, and Graft can suggest.`,
  judging: 'Graft is looking at what is labelled…',
  waiting: 'Suggestions come once the work below is done.',
  needsFeatures: 'The starting network has not looked at these photos yet.',
  look: 'Let it look',
  without: (count: number) =>
    `${countOf(count, 'photo')} without suggestion: the network has not looked at ${count === 1 ? 'it' : 'them'} yet.`,
  answered: ({ right, changed }: { readonly right: number; readonly changed: number }) =>
    `${countText(right)} of ${countOf(right + changed, 'suggestion')} accepted`,
  rowsEmptyTitle: 'Sorted photos will be here',
  rowsEmptyText: 'After a few labels Graft sorts all other photos by what they look like, and you accept them by the screen.',
  rowsDoneTitle: 'No suggestion is left',
  rowsDoneText: 'Every photo that Graft has an idea of has a class, or was passed over: those that were not ticked.',
  rowsAgain: 'Show those passed over',
  labelOneByOne: 'Label one by one',
  classes: 'What photos look like',
  photos: (name: string) => `Photos that look like ${name}`,
  left: (count: number) => `${countText(count)} left`,
  accept: (count: number, name: string) =>
    count === 0 ? 'Next photos' : count === 1 ? `Accept 1 as ${name}` : `Accept ${countText(count)} as ${name}`,
  hint: (name: string) => `What is ticked becomes ${name}. To begin with, photos that are at least 9 in 10 sure are ticked.`,
  tick: 'Tick or untick',
  space: 'Space',
  tickAll: 'Tick all',
  tickNone: 'Tick none',
  onlyThis: 'Only this one',
  onlyThisHint: (name: string) => `Make this photo ${name} at once, whatever else is ticked`,
  photo: (name: string, confidence: number, className: string, isTicked: boolean) =>
    `${name}, ${isTicked ? 'ticked' : 'not ticked'}, looks like ${className}, ${frequencyText(confidence)}`,
  photoGiven: (name: string, className: string) => `${name}, ${className}`,
  saidAccepted: (count: number, name: string) => `${countOf(count, 'photo')} accepted as ${name}`,
  usefulDoneTitle: 'Those were the most useful ones',
  usefulDoneText: 'Graft works out which photos teach most next; they come here by themselves.',
  usefulEmptyTitle: 'The most useful photos will be here',
  usefulEmptyText: 'After a few labels Graft finds the photos that it can learn most from, and says why.',
  filter: 'What they look like',
  anyLook: 'Any',
  usefulShort: 'Most useful',
  filterHint: 'Photos without a class, sorted by how sure Graft is.',
  surestFirst: 'Surest first',
  usefulFirst: 'Most useful first',
  filteredBy: (name: string) => `Looks like ${name}`,
} as const
