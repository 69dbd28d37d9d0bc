import type { Part } from '../../main/contract/ids.ts'
import type { Image, ImageOrder, ImportReport, LabelConflict, SeveralClasses, SkippedFile } from '../../main/contract/images.ts'
import { bytesText, countOf, countText } from './numbers.ts'
import { skipHeading } from './skip-reasons.ts'

export const photoWords = {
  add: 'Add photos',
  addFolder: 'A folder',
  addFiles: 'Photos, a zip or a file of labels',
  /** In a browser, which may be on another machine: there the two above are of the browser's, and are sent. */
  addByPath: 'A folder by its path',
  addByPathHint: 'On the computer that runs the studio; nothing has to be sent to it',
  addTitle: 'Add photos from a folder',
  addThis: 'Add the photos in this folder',
  photosHere: (count: number) => `${countOf(count, 'photo')} ${count === 1 ? 'lies' : 'lie'} in this folder.`,
  all: 'All',
  unlabelled: 'Unlabelled',
  trash: 'Trash',
  size: 'Size of the photos',
  filters: 'Which photos are shown',
  grid: 'Photos',
  chosen: (count: number) => `${countText(count)} selected`,
  carried: (count: number) => countOf(count, 'photo'),
  filter: 'Filter',
  filterTitle: 'Filter by looks, run, note, fault or size',
  takeAway: (piece: string) => `Stop filtering by: ${piece}`,
  goneClass: 'A class that is gone',
  ofRun: (part: Part, run: string) => `${partNames[part].photos} of ${run}`,
  aRun: 'a run',
  partLabel: 'What a run used them for',
  anyPart: 'Any',
  partName: (part: Part) => partNames[part].name,
  partHint: (part: Part) => partNames[part].hint,
  run: 'Run',
  noRuns: 'After the first training you can show what it learned from and what it was tested on.',
  sideLabel: 'Short side, px',
  sideFrom: 'Short side from, px',
  sideTo: 'Short side up to, px',
  sideWrong: 'Whole pixels, the smaller number first.',
  sideHint: 'Networks look at squares of 224 px and more; smaller photos show them less.',
  side: (min: number | null, max: number | null) =>
    `Short side ${[min === null ? '' : `from ${countText(min)}`, max === null ? '' : `up to ${countText(max)}`].join(' ').trim()} px`,
  noted: 'With a note',
  notedLabel: 'Notes',
  anyNote: 'Any',
  note: (note: string) => `Note: ${note}`,
  like: (name: string | null) => (name === null ? 'Like one photo' : `Like ${name}`),
  chosenOnMap: 'Chosen on the map',
  similar: 'More like this',
  similarTitle: 'Show all photos, the most similar first',
  similarFirst: 'Most similar first',
  similarHint: 'All photos are here, however little they look like it: the further down, the less alike.',
  unseen: (missing: number) =>
    `${countOf(missing, 'photo')} ${missing === 1 ? 'is' : 'are'} not compared yet: the network has not looked at ${missing === 1 ? 'it' : 'them'}.`,
  lookAtAll: 'Let it look',
  named: (name: string) => `Name or note has “${name}”`,
  sort: (order: ImageOrder) => `Sort: ${orderNames[order.by].short}`,
  sortTitle: (order: ImageOrder) => `${orderNames[order.by].name}, ${directionName(order).toLowerCase()}`,
  orderShort: (by: ImageOrder['by']) => orderNames[by].button,
  directionLabel: 'Direction',
  orderBy: (by: ImageOrder['by']) => orderNames[by].name,
  direction: (by: ImageOrder['by'], descending: boolean) => directionName({ by, descending }),
  noClass: 'None',
  open: 'Look closely',
  remove: 'Move to the trash',
  removeTitle: 'They can be brought back from there',
  bringBack: 'Bring back',
  bringAllBack: 'Bring all back',
  trashHint: 'Photos in the trash are not learned from. They keep their class and note.',
  clear: 'Select none',
  saving: 'Saving…',
  classes: 'Classes',
  addClass: 'Add a class',
  className: 'Name of the class',
  classMenu: (name: string) => `Change ${name}`,
  showClass: (name: string) => `Show the photos of ${name}`,
  rename: 'Rename',
  colour: 'Colour',
  colourOf: (colour: string) => `Colour ${colour}`,
  moveUp: 'Move up',
  moveDown: 'Move down',
  merge: 'Merge into',
  mergeInto: (name: string, images: number) => `Move ${countOf(images, 'photo')} of ${name} into`,
  showUnlabelled: 'Show the photos without a class',
  deleteClass: (images: number) => (images === 0 ? 'Delete' : `Delete, ${countText(images)} become${images === 1 ? 's' : ''} unlabelled`),
  moved: (name: string, position: number, of: number) => `${name} is now ${position} of ${of}`,
  key: (key: string) => `Key ${key}`,
  dropHint: 'Select photos and press a number, or drag them onto a class.',
  emptyTitle: 'Your photos will be here',
  emptyText: 'Add a folder or a zip that has one folder inside for each class, or loose photos that you sort here.',
  comingTitle: 'The first photos are on their way',
  comingText: 'They appear here as they are added; you can begin to sort them at once.',
  exampleFolders: ['cat', 'dog'],
  exampleText: 'A folder called cat and one called dog, each with photos: their names become classes.',
  nothingTitle: 'No photo matches the filter',
  nothingText: 'Take a piece of the filter away to see more.',
  emptyClassTitle: 'No photos of this class yet',
  emptyClassText: 'Select photos and press the number of the class, or drag them onto it.',
  allLabelledTitle: 'Every photo has a class',
  allLabelledText: 'There is nothing left to sort; the project is ready to train.',
  emptyNameTitle: (name: string) => `No photo has “${name}” in its name or note`,
  emptyNameText: 'The filter looks at file names and at what was written about photos.',
  emptyNotedTitle: 'No photo has a note',
  emptyNotedText: 'Look at a photo and press N to write about it.',
  allTrashedTitle: 'All photos are in the trash',
  allTrashedText: 'They keep their classes and notes there, and can be brought back.',
  showTrash: 'Show the trash',
  emptyTrashTitle: 'The trash is empty',
  emptyTrashText: 'Photos that you move here keep their class and note. They can be brought back, or deleted for good.',
  clearFilter: 'Show all photos',
  train: 'Train',
  photoName: (image: Image, className: string | null) =>
    `${image.name}, ${className ?? 'unlabelled'}${image.note === '' ? '' : ', has a note'}`,
  noPhotoYet: 'Photo is being loaded',
  needSecond: 'Training needs at least two classes.',
  needFirst: 'A class is a name the network can answer with. Add two or more.',
} as const

/** Words for deleting for good what lies in the trash. */
export const trashWords = {
  empty: 'Empty the trash',
  erase: 'Delete for good',
  title: (images: number) => `Delete ${countOf(images, 'photo')} for good?`,
  /** `bytes` is null while they are counted. */
  size: (bytes: number | null) => (bytes === null ? 'Working out how much room that frees…' : `This frees ${bytesText(bytes)}.`),
  text: (images: number) =>
    `${images === 1 ? 'Its copy' : 'Their copies'} in this project, with ${images === 1 ? 'its label, note' : 'their labels, notes'} and history, ${images === 1 ? 'is' : 'are'} deleted. This cannot be undone.`,
  stays: (images: number, hasRuns: boolean) =>
    `${hasRuns ? `What your runs measured stays as it is, without ${images === 1 ? 'its picture' : 'their pictures'}. ` : ''}The files you added ${images === 1 ? 'it' : 'them'} from are not touched.`,
  kept: (count: number) =>
    `${countOf(count, 'photo')} ${count === 1 ? 'stays' : 'stay'} in the trash: a training or an export needs ${count === 1 ? 'it' : 'them'}. A paused training counts too: let it go on or cancel it in Train, then delete again.`,
} as const

export const importWords = {
  title: 'Import report',
  summary: (report: ImportReport) => {
    const { images, labelled, duplicates } = report
    const classes = labelled === 0 ? '' : `; ${labelledWords(report)}`
    if (report.endedBy === 'undo') return `${endWords(report)}.`
    if (report.cancelled) {
      const labels = labelled === 0 ? 'nothing was added' : labelledWords(report)
      return `${endWords(report)}: ${images === 0 ? labels : `${broughtWords(report)}${classes}`}.`
    }
    if (images > 0) return `${capital(broughtWords(report))}${classes}.`
    if (labelled > 0) return `No new photo${classes}.`
    return duplicates > 0 && reasonsToSay(report).length === 0 ? nothingNew(duplicates) : noneAdded(report)
  },
  /** Before what the last of several imports brought, a line each. */
  ofImports: (imports: number, shown: number) =>
    imports > shown ? `${countOf(imports, 'import')}, the last ${shown}:` : `${countOf(imports, 'import')}:`,
  /** Before all of them, the last that ended first. */
  imports: (imports: number) => `${countOf(imports, 'import')}, the last one first`,
  /** What should be looked into, beside the summary. */
  notes: (report: ImportReport): readonly string[] => [
    ...(report.conflicts.length === 0 ? [] : [`${importWords.conflicts(report.conflicts)}.`]),
    ...(report.several.length === 0 ? [] : [`${importWords.several(report.several.length)}.`]),
    ...(report.unnamed === 0 ? [] : [`${importWords.unnamed(report.unnamed)}.`]),
    ...(report.skipped.length === 0 || !bringsSomething(report) ? [] : [`${importWords.skipped(report.skipped)}.`]),
  ],
  near: (count: number) =>
    `${countText(count)} look nearly the same as another one; they stay together when photos are kept aside for the test.`,
  /** Files, lines of files of labels, and photos that those name, apart: `4 files not taken, 1 entry not understood, 1 named photo not found`. */
  skipped: (skipped: readonly SkippedFile[]) => {
    const files = skipped.filter(({ reason }) => !ofLabelFile.has(reason))
    const named = Map.groupBy(
      skipped.filter(({ reason }) => ofLabelFile.has(reason)),
      ({ reason }) => reason,
    )
    return [
      ...(files.length === 0 ? [] : [`${countOf(files.length, 'file')} not taken`]),
      ...[...named].map(([reason, each]) => skipHeading(reason, each.length)),
    ].join(', ')
  },
  conflicts: (conflicts: readonly Pick<LabelConflict, 'by'>[]) => {
    const saying = new Set(conflicts.map(({ by }) => by))
    const says = saying.size > 1 ? 'a folder or a file says' : saying.has('folder') ? 'the folder says' : 'the file says'
    return conflicts.length === 1
      ? `1 photo keeps its class, though ${says} another`
      : `${countText(conflicts.length)} photos keep their class, though ${says} another`
  },
  conflict: ({ class: name, folderClass, by }: LabelConflict) =>
    `is labelled ${name}; ${by === 'folder' ? 'its folder' : 'the file'} says ${folderClass}`,
  several: (count: number) =>
    count === 1 ? '1 photo has several classes and was given none' : `${countText(count)} photos have several classes and were given none`,
  severalOf: (count: number, name: string) => `${countOf(count, 'photo')} with several classes, ${name} first`,
  severalClasses: ({ classes }: SeveralClasses) => `has ${classes.join(', ')}`,
  unnamed: (count: number) =>
    count === 1
      ? '1 photo is not named in the file and has no class'
      : `${countText(count)} photos are not named in the file and have no class`,
  give: (count: number, name: string) => (count === 1 ? `Make it ${name}` : `Make all ${countText(count)} ${name}`),
  show: 'Show which and why',
  toPhotos: 'Show the photos',
  toNew: 'Show the newest first',
} as const

const partNames: Readonly<Record<Part, { readonly name: string; readonly photos: string; readonly hint: string }>> = {
  train: { name: 'Learning', photos: 'Learning photos', hint: 'The network learned from these (training part)' },
  validation: { name: 'Tuning', photos: 'Tuning photos', hint: 'These chose the best epoch (validation part)' },
  test: { name: 'Test', photos: 'Test photos', hint: 'Kept aside: these say how often it is right (test part)' },
}

const orderNames: Readonly<
  Record<
    ImageOrder['by'],
    { readonly name: string; readonly short: string; readonly button: string; readonly ascending: string; readonly descending: string }
  >
> = {
  imported: { name: 'When it was added', short: 'added', button: 'Added', ascending: 'First added first', descending: 'Last added first' },
  name: { name: 'Name', short: 'name', button: 'Name', ascending: 'A to Z', descending: 'Z to A' },
  class: { name: 'Class', short: 'class', button: 'Class', ascending: 'As in the list of classes', descending: 'Last class first' },
  size: { name: 'Size in pixels', short: 'size', button: 'Size', ascending: 'Smallest first', descending: 'Largest first' },
  labelled: {
    name: 'When it was labelled',
    short: 'labelled',
    button: 'Labelled',
    ascending: 'First labelled first',
    descending: 'Last labelled first',
  },
  suggestion: {
    name: 'How sure Graft is',
    short: 'sureness',
    button: 'Sureness',
    ascending: 'Least sure first',
    descending: 'Surest first',
  },
}
export const photoOrders = Object.keys(orderNames) as readonly ImageOrder['by'][]

function directionName({ by, descending }: ImageOrder): string {
  return descending ? orderNames[by].descending : orderNames[by].ascending
}

/** What stands in a file of labels, not files that were given. */
const ofLabelFile: ReadonlySet<SkippedFile['reason']> = new Set(['not-understood', 'not-found', 'outside', 'ambiguous'])

/** Why an import ended before its end. */
function endWords({ endedBy }: ImportReport): string {
  switch (endedBy) {
    case undefined:
      return 'Cancelled'
    case 'undo':
      return 'Stopped because the import was undone'
    case 'unwatched':
      return 'Stopped because its folder was not watched any more'
    case 'watch-cancelled':
      return 'Cancelled, and its folder is paused'
    default:
      return endedBy satisfies never
  }
}

/** `added 3 photos`, also where some or all of them came out of the trash. */
function broughtWords({ images, restored = 0 }: ImportReport): string {
  if (restored === 0) return `added ${countOf(images, 'photo')}`
  if (restored === images) return `brought back ${countOf(images, 'photo')} from the trash`
  return `added ${countOf(images - restored, 'photo')} and brought back ${countText(restored)} from the trash`
}
function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** Whether an import left anything in the project that was not there before. */
export function bringsSomething({ images, labelled, endedBy }: ImportReport): boolean {
  return endedBy !== 'undo' && (images > 0 || labelled > 0)
}

/** All that is said of an import in one line. */
export function importSaid(report: ImportReport): string {
  return [importWords.summary(report), ...importWords.notes(report)].join(' ')
}

/** Why files were not taken, but for those that are in the project already. */
function reasonsToSay({ skipped }: ImportReport): readonly SkippedFile['reason'][] {
  return [...new Set(skipped.map(({ reason }) => reason))].filter((reason) => reason !== 'duplicate')
}
/** Files of another kind may be photos in the eyes of who added them, so the kinds that are taken are named. */
function noneAdded({ skipped, conflicts, several, sources }: ImportReport): string {
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)]
  const isOfKnown = conflicts.length + several.length > 0 || sources.some(({ photos }) => photos > 0)
  if (reasons.length === 0) return isOfKnown ? 'No new photo.' : 'No photo was found.'
  const said = reasons.map(([reason, files]) => skipHeading(reason, files.length)).join(', ')
  const isOtherKind = reasons.some(([reason]) => reason === 'not-a-picture' || reason === 'unsupported')
  const found = reasons.every(([reason]) => reason === 'not-a-picture' || reason === 'empty') ? 'found' : 'added'
  return `No photo was ${found}: ${said}.${isOtherKind ? ' Graft takes JPEG, PNG, WebP, AVIF, GIF and TIFF.' : ''}`
}
function nothingNew(duplicates: number): string {
  return duplicates === 1 ? 'The photo was there already.' : `All ${countText(duplicates)} photos were there already.`
}

/** Of those, some may have been here before, without a class: so not `of which`. */
export function labelledWords({ labelled, sources }: Pick<ImportReport, 'labelled' | 'sources'>): string {
  const its = labelled === 1 ? 'its' : 'their'
  const files = sources.filter(({ kind }) => kind !== 'zip').map(({ file }) => file.split(/[\\/]/).at(-1) ?? file)
  const [first = ''] = files
  const out = files.length > 1 ? countOf(files.length, 'file') : first
  return `${countOf(labelled, 'photo')} got ${files.length === 0 ? `the class of ${its} folder` : `${its} class out of ${out}`}`
}
