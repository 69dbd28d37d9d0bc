import { bytesText, countOf, countText } from './numbers.ts'

export const projectWords = {
  title: 'This project',
  rename: 'Rename',
  name: 'Name',
  nameHint: 'Its folder is called the same.',
  nameField: 'Name of the project',
  place: 'Folder',
  placeHint: 'Everything of the project is in it. It may be moved or copied while the project is closed.',
  content: 'What it holds',
  contentHint: 'Copies of the photos at the size of the studio, labels, what the networks saw, and runs.',
  contents: (images: number, classes: number, runs: number, exports: number) =>
    [countOf(images, 'photo'), countOf(classes, 'class', 'classes'), countOf(runs, 'run'), countOf(exports, 'export')].join(', '),
  size: (bytes: number) => `${bytesText(bytes)} on the disk`,
  sizing: 'Adding up its files…',
  close: 'Close',
  closeTitle: 'Close the project',
  closeHint: 'Leads back to all projects. Everything is saved at every step.',
  trash: 'Move to the trash…',
  trashName: 'Put it away',
  trashHint: 'Its folder goes to the trash of this computer. Your original photos stay where they are.',
  trashTitle: (name: string) => `Move ${name} to the trash?`,
  trashText: (images: number, runs: number) =>
    `The project's folder with its copies of ${countOf(images, 'photo')} and ${countOf(runs, 'run')} goes to the trash. Your original photos stay where they are.`,
  trashConfirm: 'Move to the trash',
  imports: 'Imports so far',
  importsHint: 'What came in, and what did not.',
  allImports: (count: number) => `Show all ${countText(count)}`,
} as const
