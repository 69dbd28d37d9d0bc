import type { HistoryStep } from '../../main/contract/labels.ts'
import { countOf } from './numbers.ts'

/** What a step of the history did, as a phrase after `Undo` or `Redo`: `label 12 photos cat`, `rename cat to lion`. */
export function describeStep({ action, details }: HistoryStep): string {
  const name = nameOf(details, 'class', 'name', 'from') ?? 'a class'
  switch (action) {
    case 'label':
      return labelWords(details)
    case 'import-labels':
      return `labels by folder${photosOf(details) === null ? '' : ` of ${photosOf(details)}`}`
    case 'class-add':
      return `add class ${name}`
    case 'class-rename':
      return `rename ${nameOf(details, 'from', 'before', 'class') ?? 'a class'} to ${nameOf(details, 'to', 'after', 'name') ?? 'another name'}`
    case 'class-recolour':
      return `change the colour of ${name}`
    case 'class-reorder':
      return 'reorder classes'
    case 'class-merge':
      return `merge ${nameOf(details, 'from', 'class') ?? 'a class'} into ${nameOf(details, 'into', 'to') ?? 'another one'}`
    case 'class-delete':
      return `delete class ${name}`
    case 'image-trash':
      return `remove ${photosOf(details) ?? 'photos'}`
    case 'image-restore':
      return `bring back ${photosOf(details) ?? 'photos'}`
    case 'image-note':
      return `write about ${nameOf(details, 'photo') ?? 'a photo'}`
    case 'look-alikes-keep-best':
      return `remove ${photosOf(details) ?? 'photos'} that look like another`
    case 'look-alikes-keep-all':
      return `keep all ${photosOf(details) ?? 'photos'} of a group`
    default:
      return action satisfies never
  }
}

/** The same as a sentence for the toast after it was done: `Removed 3 photos`. */
export function stepDone(step: HistoryStep): string {
  const done: Readonly<Record<HistoryStep['action'], readonly [from: string, to: string]>> = {
    label: ['label', 'Labelled'],
    'import-labels': ['labels', 'Labels'],
    'class-add': ['add', 'Added'],
    'class-rename': ['rename', 'Renamed'],
    'class-recolour': ['change', 'Changed'],
    'class-reorder': ['reorder', 'Reordered'],
    'class-merge': ['merge', 'Merged'],
    'class-delete': ['delete', 'Deleted'],
    'image-trash': ['remove', 'Removed'],
    'image-restore': ['bring', 'Brought'],
    'image-note': ['write', 'Wrote'],
    'look-alikes-keep-best': ['remove', 'Removed'],
    'look-alikes-keep-all': ['keep', 'Kept'],
  }
  const words = describeStep(step)
  if (words.startsWith('take the class')) return words.replace('take', 'Took')
  const [from, to] = done[step.action]
  return words.replace(from, to)
}

function labelWords(details: HistoryStep['details']): string {
  const photos = photosOf(details) ?? 'photos'
  const name = nameOf(details, 'class', 'to')
  return name === null ? `take the class from ${photos}` : `label ${photos} ${name}`
}

function photosOf(details: HistoryStep['details']): string | null {
  const count = details['images']
  return typeof count === 'number' ? countOf(count, 'photo') : null
}

function nameOf(details: HistoryStep['details'], ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = details[key]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}
