import type { Component } from 'svelte'
import { Studio, provideStudio, type Doors } from '../state/studio.svelte.ts'
import { createStateCell } from '../transport/connection.ts'

/** Procedures by domain, as a test answers them. */
export type Answers = Readonly<Record<string, Readonly<Record<string, (input: never) => Promise<unknown>>>>>

const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
const none = () => Promise.resolve([])

/** What every page reads at its start, of a project in which there is nothing. */
const nothing: Answers = {
  studio: {
    info: () => Promise.resolve({ threads: 1, engine: null }),
    dialogs: () => Promise.resolve({ available: false }),
    settings: () => Promise.resolve({ threads: null, extraction: 'auto', training: 'auto', keys: {} }),
  },
  project: {
    current: () =>
      Promise.resolve({ name: 'pets', path: '/pets.graft', createdAtMs: 0, images: 0, labelled: 0, classes: 0, runs: 0, exports: 0 }),
    recent: none,
    isPresent: () => Promise.resolve(true),
    changes: () => new Promise(() => undefined),
  },
  images: {
    list: () => Promise.resolve({ total: 0, images: [] }),
    thumbnails: ({ hashes }: { hashes: string[] }) => Promise.resolve({ thumbnails: hashes.map(() => dot) }),
  },
  classes: { list: none },
  views: { list: none },
  watching: { list: none },
  suggestions: {
    state: () => Promise.resolve({ work: 'idle', newest: null, needsFeatures: false, problem: null, answered: { right: 0, changed: 0 } }),
    of: none,
  },
  history: { state: () => Promise.resolve({ undo: null, redo: null }) },
  runs: { list: none },
  exporting: { list: none },
  backbones: { list: none },
  adviser: { get: () => Promise.resolve(null) },
  learningCurve: { get: () => Promise.resolve(null) },
  jobs: { list: none },
}

/** The state of the page over a studio of which a page in a browser cannot have the real one; every photo is one white point. */
export function studioForTests(answers: Answers): Studio {
  const client = Object.fromEntries(
    [...new Set([...Object.keys(nothing), ...Object.keys(answers)])].map((domain) => [domain, { ...nothing[domain], ...answers[domain] }]),
  )
  const cell = createStateCell({ state: 'connected' })
  const connection = { client, current: cell.current, onChange: cell.onChange, close: () => undefined }
  return new Studio({ connection, photoUrl: () => dot } as unknown as Doors)
}

/** The component with this studio around it. */
export function withStudio<Props extends Record<string, unknown>>(studio: Studio, component: Component<Props>): Component<Props> {
  return (...mounted) => {
    provideStudio(studio)
    return component(...mounted)
  }
}
