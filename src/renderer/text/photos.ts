import type { Image, ImportReport, LabelConflict } from '../../main/contract/images.ts'
import { bytesText, countOf, countText } from './numbers.ts'

export const photoWords = {
  add: 'Add photos',
  addFolder: 'Add a folder',
  addFiles: 'Add photos',
  addFromStudio: 'A folder on the computer that runs the studio',
  addTitle: 'Add photos from a folder',
  addThis: 'Add the photos in this folder',
  all: 'All',
  unlabelled: 'Unlabelled',
  trash: 'Trash',
  size: 'Size of the photos',
  filters: 'Which photos are shown',
  grid: 'Photos',
  chosen: (count: number) => `${countText(count)} selected`,
  label: 'Class:',
  noClass: 'None',
  remove: 'Remove',
  bringBack: 'Bring back',
  clear: 'Select none',
  classes: 'Classes',
  addClass: 'Add a class',
  className: 'Name of the class',
  classNamePlaceholder: 'New class',
  classMenu: (name: string) => `Change ${name}`,
  showClass: (name: string) => `Show the photos of ${name}`,
  rename: 'Rename',
  colour: 'Colour',
  colourOf: (colour: string) => `Colour ${colour}`,
  moveUp: 'Move up',
  moveDown: 'Move down',
  merge: 'Merge into',
  mergeInto: (name: string) => `Move all photos of ${name} into`,
  deleteClass: 'Delete class',
  save: 'Save',
  key: (key: number) => `Key ${key}`,
  dropHint: 'Select photos and press a number, or drag them onto a class.',
  emptyTitle: 'Your photos will be here',
  emptyText: 'Add a folder that has one folder inside for each class, or loose photos that you sort here.',
  comingTitle: 'The first photos are on their way',
  comingText: 'They appear here as they are added; you can begin to sort them at once.',
  emptyClassTitle: 'No photos of this class yet',
  emptyClassText: 'Select photos and press the number of the class, or drag them onto it.',
  allLabelledTitle: 'Every photo has a class',
  allLabelledText: 'There is nothing left to sort; the project is ready to train.',
  emptyNameTitle: (name: string) => `No photo is called like “${name}”`,
  emptyNameText: 'The filter looks at file names.',
  emptyTrashTitle: 'The trash is empty',
  emptyTrashText: 'Photos you remove wait here and can be brought back.',
  clearFilter: 'Show all photos',
  train: 'Train',
  close: 'Close',
  previous: 'Previous photo',
  next: 'Next photo',
  photoFacts: (image: Image) => `${image.widthPx} × ${image.heightPx} px, ${bytesText(image.sizeBytes)}`,
  photoName: (image: Image, className: string | null) => `${image.name}, ${className ?? 'unlabelled'}`,
  noPhotoYet: 'Photo is being loaded',
  needSecond: 'Training needs at least two classes.',
  needFirst: 'A class is a name the network can answer with. Add two or more.',
} as const

export const importWords = {
  title: 'Import report',
  summary: ({ images, labelled, cancelled }: ImportReport) =>
    `${cancelled ? 'Cancelled: a' : 'A'}dded ${countOf(images, 'photo')}${labelled === 0 ? '' : `; ${labelledWords(labelled)}`}.`,
  near: (count: number) =>
    `${countText(count)} look nearly the same as another one; they stay together when photos are kept aside for the test.`,
  skipped: (count: number) => `${countOf(count, 'file')} not taken`,
  conflicts: (count: number) =>
    count === 1
      ? '1 photo keeps its class, though the folder says another'
      : `${countText(count)} photos keep their class, though the folder says another`,
  conflict: ({ class: name, folderClass }: LabelConflict) => `is labelled ${name}; its folder says ${folderClass}`,
  show: 'Show which and why',
  nothingNew: 'Nothing new: every photo was here already.',
} as const

/** Of those, some may have been here before, without a class: so not `of which`. */
export function labelledWords(labelled: number): string {
  return `${countOf(labelled, 'photo')} got the class of ${labelled === 1 ? 'its' : 'their'} folder`
}
