/**
 * Every key of the studio, once: the map behind `?` shows this list and `keyHandler` in `state/shortcuts.ts` obeys it, so that the map
 * cannot tell of a key that nobody answers.
 */
export interface Shortcut {
  /**
   * Keys that do the same, each written as it is pressed: `Ctrl+Shift+Z`, `?`, `G P` (one after the other). `Ctrl` is also Cmd on a Mac,
   * `Control` is not. `Arrows` are the four of them, `1-9` the nine digits, `Class` the keys of the classes: the digits where nobody chose others.
   */
  readonly press: readonly string[]
  readonly does: string
  /** Also while a field is typed into. */
  readonly whileTyping?: true
  /** Also while a dialog is open: who answers it knows whether it is meant for that. */
  readonly inDialog?: true
}
interface Group {
  readonly title: string
  readonly keys: Readonly<Record<string, Shortcut>>
}

export const keyGroups = {
  everywhere: {
    title: 'Everywhere',
    keys: {
      commands: { press: ['Ctrl+K'], does: 'Find a page, a run, a class or something to do', whileTyping: true },
      keyMap: { press: ['?'], does: 'Show this map' },
      filter: { press: ['/'], does: 'Filter photos by name or note; on Compare, the runs' },
      undo: { press: ['Ctrl+Z'], does: 'Undo', inDialog: true },
      redo: { press: ['Ctrl+Shift+Z', 'Control+Y'], does: 'Redo', inDialog: true },
      history: { press: ['G H'], does: 'Show everything that was done, to go back to any of it' },
    },
  },
  pages: {
    title: 'Go to',
    keys: {
      photos: { press: ['G P'], does: 'Photos' },
      label: { press: ['G L'], does: 'Label' },
      check: { press: ['G K'], does: 'Check' },
      train: { press: ['G T'], does: 'Train' },
      compare: { press: ['G C'], does: 'Compare' },
      try: { press: ['G Y'], does: 'Try' },
      export: { press: ['G E'], does: 'Export' },
      settings: { press: ['G S'], does: 'Settings' },
    },
  },
  photos: {
    title: 'Photos',
    keys: {
      move: { press: ['Arrows'], does: 'Move' },
      leap: { press: ['Home', 'End', 'PageUp', 'PageDown'], does: 'To the first, the last, a screen on' },
      extend: { press: ['Shift+Arrows'], does: 'Choose several' },
      choose: { press: ['Space'], does: 'Choose or leave this photo' },
      all: { press: ['Ctrl+A'], does: 'Choose all' },
      none: { press: ['Escape'], does: 'Choose none' },
      open: { press: ['Enter'], does: 'Look at the photo' },
      // Before the keys of classes, which would answer its second key.
      view: { press: ['V 1-9'], does: 'Show the view with this place in the list' },
      giveClass: { press: ['Class'], does: 'Give the class with this key' },
      takeClass: { press: ['0'], does: 'Take the class away' },
      similar: { press: ['M'], does: 'More like this photo' },
      trash: { press: ['Delete', 'Backspace'], does: 'Move to the trash' },
    },
  },
  classes: {
    title: 'A class in the list',
    keys: {
      rename: { press: ['F2'], does: 'Rename' },
      up: { press: ['Alt+ArrowUp'], does: 'Move up' },
      down: { press: ['Alt+ArrowDown'], does: 'Move down' },
    },
  },
  label: {
    title: 'Label',
    keys: {
      giveClass: { press: ['Class'], does: 'Give the class with this key, and go on' },
      newClass: { press: ['N'], does: 'Give a class by its name, also a new one' },
      takeClass: { press: ['0', 'Delete'], does: 'Take the class away' },
      accept: { press: ['Enter'], does: 'Accept the class that is suggested' },
      skip: { press: ['S'], does: 'Skip this photo' },
      back: { press: ['Backspace'], does: 'Take the last one back' },
      previous: { press: ['ArrowLeft'], does: 'The photo before' },
      next: { press: ['ArrowRight'], does: 'The photo after' },
      close: { press: ['F'], does: 'Look closely, or at the whole photo' },
      pan: { press: ['Shift+Arrows'], does: 'Move what is looked at closely' },
    },
  },
  doubts: {
    title: 'Wrong labels',
    keys: {
      keep: { press: ['K'], does: 'The label is right: keep it' },
      change: { press: ['Enter'], does: 'Give the class that the photo looks like' },
      giveClass: { press: ['Class'], does: 'Give the class with this key' },
      trash: { press: ['Delete'], does: 'Move to the trash' },
      skip: { press: ['S'], does: 'Skip this photo; it comes again at the end' },
      previous: { press: ['ArrowLeft'], does: 'The photo before' },
      next: { press: ['ArrowRight'], does: 'The photo after' },
      close: { press: ['F'], does: 'Look closely, or at the whole photo' },
      pan: { press: ['Shift+Arrows'], does: 'Move what is looked at closely' },
    },
  },
  bySuggestion: {
    title: 'Label, by suggestion',
    keys: {
      accept: { press: ['Enter'], does: 'Accept all on the screen that are ticked' },
      takeOut: { press: ['Space'], does: 'Tick this photo, or not' },
      all: { press: ['Ctrl+A'], does: 'Tick all, or none' },
      giveClass: { press: ['Class'], does: 'Give this photo alone the class with this key' },
      move: { press: ['Arrows'], does: 'Move' },
      nextClass: { press: ['PageDown'], does: 'The next class' },
      previousClass: { press: ['PageUp'], does: 'The class before' },
    },
  },
  photo: {
    title: 'A photo, large',
    keys: {
      giveClass: { press: ['Class'], does: 'Give the class with this key' },
      takeClass: { press: ['0'], does: 'Take the class away' },
      previous: { press: ['ArrowLeft'], does: 'The photo before' },
      next: { press: ['ArrowRight'], does: 'The photo after' },
      close: { press: ['F'], does: 'Look closely, or at the whole photo' },
      pan: { press: ['Shift+Arrows'], does: 'Move what is looked at closely' },
      note: { press: ['N'], does: 'Write a note about it' },
      similar: { press: ['M'], does: 'More like this photo' },
      trash: { press: ['Delete'], does: 'Move to the trash' },
    },
  },
  lookAlikes: {
    title: 'Photos that look alike',
    keys: {
      move: { press: ['Arrows'], does: 'Move between photos and groups' },
      open: { press: ['Enter'], does: 'Look at the photo' },
      keepBest: { press: ['B'], does: 'Keep the best of the group' },
      keepThis: { press: ['K'], does: 'Keep this photo of the group' },
      keepAll: { press: ['A'], does: 'Keep all of the group' },
    },
  },
  map: {
    title: 'Map',
    keys: {
      move: { press: ['Arrows'], does: 'Go to the next photo in this direction' },
      choose: { press: ['Space'], does: 'Choose or leave the photo with those around it' },
      all: { press: ['Ctrl+A'], does: 'Choose all' },
      none: { press: ['Escape'], does: 'Choose none' },
      open: { press: ['Enter'], does: 'Look at the photo' },
      closer: { press: ['+', '='], does: 'Closer' },
      further: { press: ['-'], does: 'Further away' },
      whole: { press: ['F'], does: 'All of the map' },
      giveClass: { press: ['Class'], does: 'Give the class with this key' },
      takeClass: { press: ['0'], does: 'Take the class away' },
      trash: { press: ['Delete', 'Backspace'], does: 'Move to the trash' },
    },
  },
  tabs: {
    title: 'Tabs',
    keys: {
      previous: { press: ['ArrowLeft'], does: 'The tab before' },
      next: { press: ['ArrowRight'], does: 'The tab after' },
      first: { press: ['Home'], does: 'The first tab' },
      last: { press: ['End'], does: 'The last tab' },
    },
  },
  history: {
    title: 'History',
    keys: {
      move: { press: ['ArrowUp', 'ArrowDown'], does: 'Move' },
      leap: { press: ['Home', 'End', 'PageUp', 'PageDown'], does: 'To the newest, the first, a screen on' },
      goTo: { press: ['Enter'], does: 'Go back, or forward, to this step' },
    },
  },
  runs: {
    title: 'Table of runs',
    keys: {
      move: { press: ['ArrowUp', 'ArrowDown'], does: 'Move' },
      leap: { press: ['Home', 'End', 'PageUp', 'PageDown'], does: 'To the first, the last, a screen on' },
      extend: { press: ['Shift+ArrowUp', 'Shift+ArrowDown'], does: 'Choose several' },
      choose: { press: ['Space'], does: 'Choose or leave this run' },
      reach: { press: ['Shift+Space'], does: 'Choose all up to this run' },
      all: { press: ['Ctrl+A'], does: 'Choose all' },
      none: { press: ['Escape'], does: 'Choose none' },
      open: { press: ['Enter'], does: 'Look at the run' },
      rename: { press: ['F2'], does: 'Rename' },
      menu: { press: ['ContextMenu', 'Shift+F10'], does: 'All that can be done with it' },
      delete: { press: ['Delete'], does: 'Delete' },
    },
  },
} as const satisfies Readonly<Record<string, Group>>

export type KeyGroup = keyof typeof keyGroups
export type ShortcutOf<G extends KeyGroup> = keyof (typeof keyGroups)[G]['keys'] & string

const shown: Readonly<Record<string, readonly string[]>> = {
  Arrows: ['←', '↑', '→', '↓'],
  ArrowLeft: ['←'],
  ArrowRight: ['→'],
  ArrowUp: ['↑'],
  ArrowDown: ['↓'],
  '1-9': ['1', '…', '9'],
  Class: ['1', '…', '9'],
  Control: ['Ctrl'],
  Escape: ['Esc'],
  ContextMenu: ['Menu'],
  PageUp: ['PgUp'],
  PageDown: ['PgDn'],
  Delete: ['Del'],
  Backspace: ['⌫'],
}

/** The caps to draw for a key as it is written in the list: `Ctrl+Shift+Z` -> Ctrl, Shift, Z. On a Mac the keys have its names. */
export function keyCaps(press: string, isMac = false): readonly string[] {
  const mac: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' }
  return (press === '+' ? [press] : press.split(/[+ ]/)).flatMap((key) =>
    isMac && mac[key] !== undefined ? [mac[key]] : (shown[key] ?? [capital(key)]),
  )
}

/** As it stands on the key. Letters that grow into two as capitals, and names, stay as they are. */
export function capital(sign: string): string {
  const large = sign.toUpperCase()
  return [...sign].length === 1 && [...large].length === 1 ? large : sign
}
