import { bytesText, countOf } from './numbers.ts'

/** The first three, and how many more. */
function namedFiles(files: readonly string[]): string {
  const more = files.length - 3
  return `${files.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Words for backups of a project, and for opening them. */
export const backupWords = {
  name: 'Backup',
  hint: 'Everything in one file, to be kept elsewhere, best on another drive: photos, labels, notes, runs and the whole history. It opens on any computer with Graft. You can go on working while it is written.',
  make: 'Back up',
  choose: 'Where to put the backup',
  chooseThis: 'Put it in this folder',
  holds: (bytes: number | null) => (bytes === null ? 'Working out how large it gets…' : `Up to ${bytesText(bytes)}`),
  features: (bytes: number) => `What networks see in the photos, ${bytesText(bytes)}`,
  featuresHint: 'Can be computed again when it is needed.',
  networks: (bytes: number) => `Networks that runs have trained, ${bytesText(bytes)}`,
  networksHint: 'Without them a run shows what it measured, and has to be trained again to answer.',
  done: ({ path, images, bytes }: { readonly path: string; readonly images: number; readonly bytes: number }) =>
    `Backed up ${countOf(images, 'photo')}, ${bytesText(bytes)}, and read back: ${path}`,
  open: 'Open a backup',
  openTitle: 'Open a backup',
  openText:
    'A project is made of it, beside the others; nothing that is there is touched. Every byte is checked before the project counts as there.',
  path: 'Backup file',
  pathPlaceholder: '/home/you/birds 2026-05-03.graft-backup',
  chooseFile: 'Choose…',
  chooseTitle: 'Choose a backup',
  takeFile: 'Take this file',
  noneHere: 'There are no folders and no backups inside this one.',
  notABackup: 'Choose a file whose name ends in .graft-backup',
  openThis: 'Open it',
  opening: 'Checking and unpacking it…',
  rescue: 'Open what is whole',
  rescueHint: 'The labels, notes and runs are whole. What is damaged is left out and named; the backup itself stays as it is.',
  restored: ({ images, path, lost }: { readonly images: number; readonly path: string; readonly lost: readonly string[] }) =>
    `A project of ${countOf(images, 'photo')} is at ${path}${lost.length === 0 ? '' : `, without ${countOf(lost.length, 'damaged file')}: ${namedFiles(lost)}`}`,
} as const
