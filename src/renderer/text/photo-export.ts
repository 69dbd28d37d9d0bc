import type { PhotoExportReport, PhotoLayout } from '../../main/contract/photo-export.ts'
import { bytesText, countOf, countText, fewNames } from './numbers.ts'

/** Words for taking photos and labels out of a project. */
export const photoExportWords = {
  title: 'Save photos and labels',
  menu: 'Save photos and labels…',
  cardText: 'Your photos with their classes, as plain folders or as lists that other programs read. They can be added to Graft again.',
  which: 'Which photos',
  all: (count: number) => `All ${countText(count)}`,
  shown: (count: number) => `The ${countText(count)} shown`,
  selected: (count: number) => `The ${countText(count)} selected`,
  as: 'As',
  layoutName: (layout: PhotoLayout) => layoutNames[layout].name,
  layoutHint: (layout: PhotoLayout) => layoutNames[layout].hint,
  zip: 'In one zip file',
  unlabelled: (count: number) => `${countOf(count, 'photo')} without a class too`,
  into: 'Into',
  download: 'Download',
  toFolder: 'A folder of this computer',
  choose: 'Choose a folder',
  chooseTitle: 'Where photos and labels go',
  chooseThis: 'Save into this folder',
  start: 'Save',
  /** `bytes` is null while it is not known. */
  size: (images: number, bytes: number | null) =>
    bytes === null
      ? 'Counting…'
      : images === 0
        ? 'None of these photos has a class.'
        : `${countOf(images, 'photo')}, about ${bytesText(bytes)}`,
  originals: 'Each photo is the very file you added, where that is still in its place; else the smaller copy in the project.',
  done: ({ images, classes, isZip, isDownload, path }: PhotoExportReport) => {
    const photos = `${countOf(images, 'photo')}${classes === 0 ? '' : ` of ${countOf(classes, 'class', 'classes')}`}`
    if (isDownload) return `Packed ${photos} as ${path.split(/[\\/]/).at(-1) ?? path}, which the browser downloads.`
    return `Saved ${photos} ${isZip ? 'as' : 'in'} ${path}.`
  },
  /** What should be known of it, one sentence each. */
  notes: ({ leftOut, fromWorkingCopy, renamed, missing }: PhotoExportReport): readonly string[] => [
    ...(leftOut === 0 ? [] : [`${countOf(leftOut, 'photo')} without a class ${leftOut === 1 ? 'was' : 'were'} left out.`]),
    ...(fromWorkingCopy === 0
      ? []
      : [
          `For ${countOf(fromWorkingCopy, 'photo')} the smaller copy of the project was taken, because ${fromWorkingCopy === 1 ? 'its file' : 'each file'} has changed or is gone.`,
        ]),
    ...(renamed === 0 ? [] : [`${countOf(renamed, 'photo')} got another name: two had the same, or not every computer takes theirs.`]),
    ...(missing.length === 0
      ? []
      : [`${countOf(missing.length, 'photo')} could not be saved, file and copy are gone: ${fewNames(missing)}.`]),
  ],
  reveal: 'Show in folder',
  fetch: 'Download',
} as const

const layoutNames: Readonly<Record<PhotoLayout, { readonly name: string; readonly hint: string }>> = {
  folders: { name: 'Folders', hint: 'One folder a class. Every program for images reads this.' },
  csv: { name: 'Table', hint: 'A list of file and class (CSV), the photos beside it.' },
  coco: { name: 'COCO', hint: 'One JSON file with a box around each whole photo, the photos beside it.' },
}
export const photoLayouts = Object.keys(layoutNames) as readonly PhotoLayout[]
