import type { SavedView } from '../../main/contract/views.ts'

const lost: Readonly<Record<SavedView['missing'][number], string>> = {
  class: 'its class',
  run: 'its run',
  photo: 'the photo that it compares with',
  choice: 'its choice of photos',
}

function lostWords({ missing }: SavedView): string {
  return missing.map((each) => lost[each]).join(' and ')
}

/** Words for filters that are kept under a name. */
export const viewWords = {
  title: 'Views',
  /** A field that is typed into: the name of the view. */
  save: 'Save this filter as a view',
  saveHint: 'The photos that are shown now, and their order, are one press away then.',
  name: 'Name of the view',
  show: (name: string) => `Show the view ${name}`,
  menu: (name: string) => `Change the view ${name}`,
  rename: 'Rename',
  update: 'Save what is shown now in it',
  delete: 'Delete',
  isGone: (view: SavedView) => `${capital(lostWords(view))} ${view.missing.length === 1 ? 'is' : 'are'} gone`,
  opensWithout: (view: SavedView) =>
    `${view.name} is shown without ${lostWords(view)}, which ${view.missing.length === 1 ? 'is' : 'are'} no longer in the project.`,
  command: (name: string) => `View: ${name}`,
} as const

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
