import { countOf } from './numbers.ts'

export const projectWords = {
  title: 'This project',
  rename: 'Rename',
  name: 'Name of the project',
  trash: 'Move to the trash…',
  trashTitle: (name: string) => `Move ${name} to the trash?`,
  trashText: (images: number, runs: number) =>
    `The project's folder with its copies of ${countOf(images, 'photo')} and ${countOf(runs, 'run')} goes to the trash. Your original photos stay where they are.`,
  trashConfirm: 'Move to the trash',
  imports: 'Imports so far',
} as const
