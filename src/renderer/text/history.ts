import type { HistoryStep } from '../../main/contract/labels.ts'
import { countOf, countText } from './numbers.ts'

const timeOfDay = { hour: '2-digit', minute: '2-digit' } as const

/** Words for the list of all steps. */
export const historyWords = {
  title: 'History',
  show: 'Show the history',
  beginning: 'As it was in the beginning',
  isNow: 'This is how everything is now',
  /** What a press on a step does; `back` where it is done already. */
  go: (back: boolean) => (back ? 'Go back to how it was after this' : 'Do everything up to this again'),
  moved: (moved: number) => `${moved < 0 ? 'Undone' : 'Done again'}: ${countOf(Math.abs(moved), 'step')}`,
  emptyTitle: 'Nothing has been done yet',
  emptyText: 'Every photo, label, class and note that comes or goes will stand here, and one press goes back to any of them.',
  hint: 'It is kept with the project, however long it gets. Deleting photos for good takes them out of it; what was undone goes when something else is done.',
  time: (atMs: number) => new Date(atMs).toLocaleTimeString('en-GB', timeOfDay),
  /** `Today`, `Yesterday`, `12 May`, `12 May 25` of another year. */
  day: (atMs: number, nowMs: number = Date.now()) => {
    const day = new Date(atMs).toDateString()
    if (day === new Date(nowMs).toDateString()) return 'Today'
    if (day === new Date(nowMs - 24 * 3_600_000).toDateString()) return 'Yesterday'
    const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
    return new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: '2-digit' }) })
  },
} as const

/** What a step of the history did, as a phrase after `Undo` or `Redo`: `label 12 photos as cat`, `rename cat to lion`. */
export function describeStep({ action, details }: HistoryStep): string {
  const name = nameOf(details, 'class', 'name', 'from') ?? 'a class'
  switch (action) {
    case 'label':
      return labelWords(details)
    case 'label-as-suggested':
      return `label ${photosOf(details) ?? 'photos'} as suggested`
    case 'import-labels':
      return importedLabels(details, photosOf(details))
    case 'class-add':
      return `add class ${name}`
    case 'class-rename':
      return `rename ${nameOf(details, 'from', 'before', 'class') ?? 'a class'} to ${nameOf(details, 'to', 'after', 'name') ?? 'another name'}`
    case 'class-recolour':
      return `change the colour of ${name}`
    case 'class-reorder':
      return 'reorder classes'
    case 'class-key': {
      const other = nameOf(details, 'with')
      return other === null ? `change the key of ${name}` : `change the keys of ${name} and ${other}`
    }
    case 'class-merge':
      return `merge ${nameOf(details, 'from', 'class') ?? 'a class'} into ${nameOf(details, 'into', 'to') ?? 'another one'}`
    case 'class-delete':
      return `delete class ${name}`
    case 'image-trash':
      return `move ${photosOf(details) ?? 'photos'} to the trash`
    case 'image-restore':
      return `bring back ${photosOf(details) ?? 'photos'}`
    case 'image-note':
      return `note on ${nameOf(details, 'photo') ?? 'a photo'}`
    case 'image-fine':
      return details['fine'] === 0 ? `call ${photosOf(details) ?? 'photos'} not fine` : `call ${photosOf(details) ?? 'photos'} fine`
    case 'look-alikes-keep-best':
      return `move ${photosOf(details) ?? 'photos'} that ${details['images'] === 1 ? 'looks' : 'look'} like another to the trash`
    case 'look-alikes-keep-all':
      return `keep all ${photosOf(details) ?? 'photos'} of a group`
    case 'view-save':
      return `save the view ${viewOf(details)}`
    case 'view-rename':
      return `rename the view ${nameOf(details, 'from') ?? 'of before'} to ${nameOf(details, 'to') ?? 'another name'}`
    case 'view-change':
      return `change what the view ${viewOf(details)} shows`
    case 'view-delete':
      return `delete the view ${viewOf(details)}`
    case 'label-keep': {
      const photos = photosOf(details) ?? 'photos'
      const name = nameOf(details, 'class')
      return `keep ${photos} as ${name ?? (details['images'] === 1 ? 'it is called' : 'they are called')}`
    }
    case 'image-add':
      return additionWords(details)
    case 'unknown':
      return 'something that this version does not know'
    default:
      return action satisfies never
  }
}

/** The same as a sentence for the toast after it was done: `Moved 3 photos to the trash`. */
export function stepDone(step: HistoryStep): string {
  const done: Readonly<Record<HistoryStep['action'], readonly [from: string, to: string]>> = {
    label: ['label', 'Labelled'],
    'label-as-suggested': ['label', 'Labelled'],
    'import-labels': ['labels', 'Labels'],
    'class-add': ['add', 'Added'],
    'class-rename': ['rename', 'Renamed'],
    'class-recolour': ['change', 'Changed'],
    'class-reorder': ['reorder', 'Reordered'],
    'class-key': ['change', 'Changed'],
    'class-merge': ['merge', 'Merged'],
    'class-delete': ['delete', 'Deleted'],
    'image-trash': ['move', 'Moved'],
    'image-restore': ['bring', 'Brought'],
    'image-note': ['note', 'Note'],
    'image-fine': ['call', 'Called'],
    'look-alikes-keep-best': ['move', 'Moved'],
    'look-alikes-keep-all': ['keep', 'Kept'],
    'view-save': ['save', 'Saved'],
    'view-rename': ['rename', 'Renamed'],
    'view-change': ['change', 'Changed'],
    'view-delete': ['delete', 'Deleted'],
    'label-keep': ['keep', 'Kept'],
    'image-add': ['add', 'Added'],
    unknown: ['something', 'Something'],
  }
  const words = describeStep(step)
  if (words.startsWith('take the class')) return words.replace('take', 'Took')
  if (words.startsWith('labels')) return words.replace('labels', 'Labels')
  const [from, to] = done[step.action]
  return words.replace(from, to)
}

function labelWords(details: HistoryStep['details']): string {
  const photos = photosOf(details) ?? 'photos'
  const name = nameOf(details, 'class', 'to')
  return name === null ? `take the class from ${photos}` : `label ${photos} as ${name}${replacedWords(details)}`
}

/** Of several photos, how many had another class before. */
function replacedWords({ images, replaced }: HistoryStep['details']): string {
  if (typeof images !== 'number' || typeof replaced !== 'number' || images < 2 || replaced === 0) return ''
  return replaced === images ? ', all of which had another class' : `, ${countText(replaced)} of which had another class`
}

/** What an import brought: photos, classes for photos, or both. */
function additionWords(details: HistoryStep['details']): string {
  const photos = photosOf(details) ?? 'photos'
  const name = nameOf(details, 'class')
  if (name !== null) return `add ${photos} as ${name}`
  const { images = 0, labelled = 0 } = details
  if (typeof labelled !== 'number' || labelled === 0) return `add ${photos}`
  if (images === 0) return importedLabels(details, countOf(labelled, 'photo'))
  // Some of these may have been here before.
  return `add ${photos}, with classes for ${countText(labelled)}`
}

function importedLabels(details: HistoryStep['details'], photos: string | null): string {
  return `labels ${details['by'] === 'file' ? 'out of a file' : 'by folder'}${photos === null ? '' : ` of ${photos}`}`
}

function viewOf(details: HistoryStep['details']): string {
  return nameOf(details, 'view') ?? 'of before'
}

/** `12 photos`; of a single one its name, which steps of earlier versions do not have. */
function photosOf(details: HistoryStep['details']): string | null {
  const count = details['images']
  return typeof count === 'number' ? (nameOf(details, 'photo') ?? countOf(count, 'photo')) : null
}

function nameOf(details: HistoryStep['details'], ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = details[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}
