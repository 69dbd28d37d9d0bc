import type { BoundAction } from '../../main/contract/project.ts'

/** Words for choosing keys. */
export const keyEditorWords = {
  change: 'Change keys',
  title: 'Change keys',
  done: 'Done',
  back: 'All keys',
  hint: 'Press a key in the list, then the key that it should be. Escape leaves it as it is.',
  classes: 'Classes of this project',
  classesHint: 'Kept in the project, and undone like any other change.',
  actions: 'While labelling',
  actionsHint: 'Kept for this computer, in all projects.',
  listening: 'Press a key',
  none: 'none',
  rebind: (name: string, keys: string) => `Change the key of ${name}: ${keys}`,
  reset: 'As it was',
  resetOf: (name: string) => `Give ${name} the key it came with`,
  resetAll: 'All as they were',
  unusable: (isClass: boolean) =>
    isClass
      ? 'A class needs a letter, a digit or a sign, without Ctrl or Alt.'
      : 'That key cannot be used here: take a letter, a sign, an arrow, Delete, Backspace, Home or End.',
  taken: (key: string, does: string) => `${key} is the key of “${does}”.`,
  fixed: (key: string, does: string) => `${key} stays the key of “${does}”. Choose another one.`,
  unswappable: (key: string, does: string) =>
    `${key} is the key of “${does}”, which cannot do without one here. Give it another key first.`,
  swap: 'Swap the two',
  take: 'Take it',
  /** What a class without a key is left with. */
  takeHint: (name: string) => `${name} will have no key.`,
  keep: 'Leave it',
} as const

/** What an action is called in the list of keys that can be chosen. */
export const boundActionNames: Readonly<Record<BoundAction, string>> = {
  newClass: 'Give a class by its name',
  takeClass: 'Take the class away',
  accept: 'Accept what is suggested',
  skip: 'Skip this photo',
  back: 'Take the last one back',
  previous: 'The photo before',
  next: 'The photo after',
  close: 'Look closely',
  note: 'Write a note',
  similar: 'More like this photo',
  trash: 'Move to the trash',
}
