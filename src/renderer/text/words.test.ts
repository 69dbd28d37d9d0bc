import { expect, test } from 'vitest'
import type { SkippedFile } from '../../main/contract/images.ts'
import type { HistoryStep } from '../../main/contract/labels.ts'
import { sourceSaid } from './archives.ts'
import { describeStep, stepDone } from './history.ts'
import { importSaid, importWords, trashWords } from './photos.ts'
import { relabelWords } from './relabel.ts'
import { describeSkip, skipHeading } from './skip-reasons.ts'

const step = (action: HistoryStep['action'], details: HistoryStep['details']): HistoryStep => ({ id: 1, action, details, atMs: 0 })

/** What reports have besides. */
const others = { several: [], sources: [], unnamed: 0, seconds: 1, cancelled: false }

test('a history step is named so that one knows what undo takes back', () => {
  expect([
    describeStep(step('label', { class: 'cat', images: 12 })),
    describeStep(step('label', { images: 1 })),
    describeStep(step('label', { class: 'cat', images: 1, photo: 'beach.jpg' })),
    describeStep(step('label', { images: 1, photo: 'beach.jpg' })),
    describeStep(step('label-keep', { class: 'cat', images: 1, photo: 'beach.jpg' })),
    describeStep(step('class-rename', { from: 'cat', to: 'lion' })),
    describeStep(step('class-merge', { from: 'cat', into: 'lion' })),
    describeStep(step('image-trash', { images: 3 })),
  ]).toEqual([
    'label 12 photos as cat',
    'take the class from 1 photo',
    'label beach.jpg as cat',
    'take the class from beach.jpg',
    'keep beach.jpg as cat',
    'rename cat to lion',
    'merge cat into lion',
    'move 3 photos to the trash',
  ])
})

test('what an import brought is named by its photos, and by the classes that came with them', () => {
  const added = (details: HistoryStep['details']): readonly string[] => [
    describeStep(step('image-add', details)),
    stepDone(step('image-add', details)),
  ]
  expect(added({ images: 30 })).toEqual(['add 30 photos', 'Added 30 photos'])
  expect(added({ images: 30, labelled: 30 })).toEqual(['add 30 photos, with classes for 30', 'Added 30 photos, with classes for 30'])
  expect(added({ images: 30, labelled: 12 })[0]).toBe('add 30 photos, with classes for 12')
  expect(added({ images: 1, labelled: 5 })[0]).toBe('add 1 photo, with classes for 5')
  expect(added({ images: 0, labelled: 5, by: 'file' })).toEqual(['labels out of a file of 5 photos', 'Labels out of a file of 5 photos'])
  expect(added({ images: 3, class: 'cat' })).toEqual(['add 3 photos as cat', 'Added 3 photos as cat'])
})

test('after it was done the step is told in the past', () => {
  expect([
    stepDone(step('image-trash', { images: 3 })),
    stepDone(step('label', { images: 1 })),
    stepDone(step('label', { class: 'cat', images: 2 })),
    stepDone(step('label', { images: 1, photo: 'beach.jpg' })),
    stepDone(step('label-as-suggested', { images: 30, classes: 2 })),
    stepDone(step('label', { class: 'cat', images: 7, replaced: 3 })),
    stepDone(step('label', { class: 'cat', images: 7, replaced: 7 })),
    stepDone(step('label', { class: 'cat', images: 1, replaced: 1 })),
    stepDone(step('look-alikes-keep-best', { images: 1 })),
    stepDone(step('image-restore', { images: 1, photo: 'bring.jpg' })),
  ]).toEqual([
    'Moved 3 photos to the trash',
    'Took the class from 1 photo',
    'Labelled 2 photos as cat',
    'Took the class from beach.jpg',
    'Labelled 30 photos as suggested',
    'Labelled 7 photos as cat, 3 of which had another class',
    'Labelled 7 photos as cat, all of which had another class',
    'Labelled 1 photo as cat',
    'Moved 1 photo that looks like another to the trash',
    'Brought back bring.jpg',
  ])
})

test('of photos that are chosen it is said how many have a class, and which, the commonest first', () => {
  const classes = ['cat', 'dog', 'owl', 'fox', 'hen'].map((name, index) => ({ id: index + 1, name }))
  expect([
    relabelWords.said([1, null, null], classes),
    relabelWords.said([1, null, 1], classes),
    relabelWords.said([2, 1, 2], classes),
    relabelWords.said([2, 1, 2, 3, 4, 5, null], classes),
  ]).toEqual([
    '1 of these 3 has a class already: cat. It changes too.',
    '2 of these 3 have a class already: cat. They change too.',
    'All 3 have a class already: 2 dog, 1 cat. They change too.',
    '6 of these 7 have a class already: 2 dog, 1 cat and others. They change too.',
  ])
})

test('a file that was not taken says why', () => {
  expect([
    describeSkip({ file: 'a.jpg', reason: 'duplicate', detail: 'b.jpg' }),
    describeSkip({ file: 'a.jpg', reason: 'broken', detail: 'premature end of file' }),
    describeSkip({ file: 'a.bmp', reason: 'unsupported', detail: 'a BMP picture; save it as JPEG or PNG' }),
    skipHeading('broken', 1),
    skipHeading('not-a-picture', 2),
  ]).toEqual([
    'is the same as b.jpg',
    'is broken: premature end of file',
    'is a BMP picture; save it as JPEG or PNG',
    '1 broken file',
    '2 files that are not photos',
  ])
})

test('a photo that keeps another class than its folder says names both', () => {
  const conflict = { file: 'dog/x.jpg', hash: '3c'.repeat(32), class: 'cat', folderClass: 'dog', by: 'folder' } as const
  const many = Array.from({ length: 1200 }, () => conflict)
  expect([importWords.conflicts([conflict]), importWords.conflicts(many), importWords.conflict(conflict)]).toEqual([
    '1 photo keeps its class, though the folder says another',
    '1,200 photos keep their class, though the folder says another',
    'is labelled cat; its folder says dog',
  ])
  const ofFile = { ...conflict, by: 'file' } as const
  expect([importWords.conflicts([ofFile]), importWords.conflict(ofFile)]).toEqual([
    '1 photo keeps its class, though the file says another',
    'is labelled cat; the file says dog',
  ])
})

test('photos that were here before and got their class are not counted among the added ones', () => {
  const report = { images: 2, labelled: 3, duplicates: 1, nearDuplicates: 0, skipped: [], conflicts: [], ...others }
  expect(importWords.summary(report)).toBe('Added 2 photos; 3 photos got the class of their folder.')
  expect(importWords.summary({ ...report, labelled: 1 })).toBe('Added 2 photos; 1 photo got the class of its folder.')
  expect(importWords.summary({ ...report, images: 1, labelled: 0 })).toBe('Added 1 photo.')
  const nothing = { ...report, images: 0, labelled: 0, duplicates: 30 }
  expect(importWords.summary(nothing)).toBe('All 30 photos were there already.')
  expect(importWords.summary({ ...nothing, duplicates: 1 })).toBe('The photo was there already.')
  expect(importWords.summary({ ...nothing, cancelled: true })).toBe('Cancelled: nothing was added.')
  const cancelled = { ...report, images: 2, labelled: 0, cancelled: true }
  expect(
    (['undo', 'unwatched', 'watch-cancelled'] as const)
      .map((endedBy) => importWords.summary({ ...cancelled, endedBy }))
      .concat(importWords.summary(cancelled)),
  ).toEqual([
    'Stopped because the import was undone.',
    'Stopped because its folder was not watched any more: added 2 photos.',
    'Cancelled, and its folder is paused: added 2 photos.',
    'Cancelled: added 2 photos.',
  ])
  expect(importWords.summary({ ...nothing, labelled: 2 })).toBe('No new photo; 2 photos got the class of their folder.')
})

test('photos that an import brought back out of the trash are not called added', () => {
  const report = { images: 3, labelled: 0, duplicates: 0, nearDuplicates: 0, skipped: [], conflicts: [], ...others }
  expect([0, 1, 3].map((restored) => importWords.summary({ ...report, restored }))).toEqual([
    'Added 3 photos.',
    'Added 2 photos and brought back 1 from the trash.',
    'Brought back 3 photos from the trash.',
  ])
})

test('an import out of files of labels says what they were, and what was left open', () => {
  const coco = { file: '/home/ada/instances.json', kind: 'coco', photos: 300, classes: 6, taken: null } as const
  const several = { file: 'a.jpg', hash: '3c'.repeat(32), classes: ['cat', 'dog'] }
  const known = { images: 0, labelled: 0, duplicates: 0, nearDuplicates: 0, skipped: [], conflicts: [], ...others, sources: [coco] }
  const conflict = { file: 'a.jpg', hash: '3c'.repeat(32), class: 'cat', folderClass: 'dog', by: 'file' } as const
  expect(importSaid({ ...known, conflicts: [conflict] })).toBe('No new photo. 1 photo keeps its class, though the file says another.')
  const report = { images: 300, labelled: 299, duplicates: 0, nearDuplicates: 0, skipped: [], conflicts: [], ...others }
  expect(importSaid({ ...report, sources: [coco], several: [several], unnamed: 2 })).toBe(
    'Added 300 photos; 299 photos got their class out of instances.json. 1 photo has several classes and was given none. 2 photos are not named in the file and have no class.',
  )
  expect(sourceSaid(coco)).toBe('instances.json is a COCO file with 300 photos in 6 classes.')
  expect(sourceSaid({ file: 'C:\\pets.zip', kind: 'zip', photos: 1, classes: 0, taken: null })).toBe('pets.zip is a zip with 1 file.')
  expect(sourceSaid({ file: 'pets.tm', kind: 'teachable-machine', photos: 9, classes: 1, taken: null })).toBe(
    'pets.tm is a project of Teachable Machine with 9 photos in 1 class.',
  )
  expect(sourceSaid({ ...coco, kind: 'label-studio', taken: 'animal' })).toMatch(/ of which “animal” was taken\.$/)
})

test('an import that brought no photo says so, why, and which kinds are taken', () => {
  const nothing = { images: 0, labelled: 0, duplicates: 0, nearDuplicates: 0, conflicts: [], ...others }
  const skip = (reason: SkippedFile['reason']) => ({ file: 'a', reason, detail: '' })
  const said = (...reasons: SkippedFile['reason'][]) =>
    importSaid({ ...nothing, duplicates: reasons.filter((each) => each === 'duplicate').length, skipped: reasons.map(skip) })
  const kinds = 'Graft takes JPEG, PNG, WebP, AVIF, GIF and TIFF.'
  expect([
    said('not-a-picture'),
    said('not-a-picture', 'not-a-picture', 'empty'),
    said('broken', 'unsupported'),
    said('too-small'),
    said('duplicate', 'duplicate', 'not-a-picture'),
    said('duplicate'),
  ]).toEqual([
    `No photo was found: 1 file that is not a photo. ${kinds}`,
    `No photo was found: 2 files that are not photos, 1 empty file. ${kinds}`,
    `No photo was added: 1 broken file, 1 file of a kind that Graft cannot read. ${kinds}`,
    'No photo was added: 1 file too small to learn from.',
    `No photo was added: 2 files already in the project, 1 file that is not a photo. ${kinds}`,
    'The photo was there already.',
  ])
  expect(importSaid({ ...nothing, images: 2, skipped: [skip('broken')] })).toBe('Added 2 photos. 1 file not taken.')
  const some = (['broken', 'not-understood', 'empty', 'not-found', 'not-found'] as const).map(skip)
  expect(importSaid({ ...nothing, images: 2, skipped: some })).toBe(
    'Added 2 photos. 2 files not taken, 1 entry not understood, 2 named photos not found.',
  )
})

test('what stays when photos are deleted for good names runs only where there are some', () => {
  expect([trashWords.stays(1, false), trashWords.stays(2, true)]).toEqual([
    'The files you added it from are not touched.',
    'What your runs measured stays as it is, without their pictures. The files you added them from are not touched.',
  ])
})
