import { beforeEach, expect, test, vi } from 'vitest'
import { StudioError } from '../../main/contract/errors.ts'
import { createStateCell } from '../transport/connection.ts'
import { commandsOf } from './commands.ts'
import { Studio, type Doors } from './studio.svelte.ts'
import type { Topic } from './topics.ts'

beforeEach(() => {
  // The few names of a page that the state asks for; the real ones are there in the journeys.
  vi.stubGlobal('window', {
    location: { hash: '' },
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
    addEventListener: () => undefined,
  })
  vi.stubGlobal('localStorage', { getItem: () => null, removeItem: () => undefined })
  vi.stubGlobal('document', { documentElement: { dataset: {} } })
  vi.stubGlobal('history', { pushState: () => undefined, replaceState: () => undefined })
  return () => void vi.unstubAllGlobals()
})

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const soon = (): Promise<void> => wait(5)
/** Changes of a topic are handed on at once when none was told for so long. */
const quiet = (): Promise<void> => wait(350)
/** The same project in another folder has the time of its making. */
const projectOf = (path: string) => ({
  name: path,
  path,
  createdAtMs: path.startsWith('/birds') ? 2 : 1,
  images: 1,
  labelled: 0,
  classes: 0,
  runs: 0,
  exports: 0,
})

/** Questions by name, which are answered at once, but for those that `hold` names: they wait for `answer` or `lose`. */
function questions() {
  const held = new Map<string, PromiseWithResolvers<void>[]>()
  const end = async (how: (turn: PromiseWithResolvers<void>) => void): Promise<void> => {
    const all = [...held.values()].flat()
    held.clear()
    all.forEach(how)
    await soon()
  }
  return {
    /** The answer is that of the moment of the question. */
    ask: async <T>(name: string, answer: () => T): Promise<T> => {
      const now = answer()
      const turn = Promise.withResolvers<void>()
      if (held.get(name)?.push(turn) !== undefined) await turn.promise
      return now
    },
    hold: (...names: string[]) => names.forEach((name) => held.set(name, [])),
    answer: async (name: string, index: number) => {
      held.get(name)?.[index]?.resolve()
      await soon()
    },
    lose: () => end(({ reject }) => reject(new StudioError('CONNECTION_LOST', {}))),
  }
}

/** A studio behind a connection that tests cut and mend. */
function connectedStudio() {
  const behind = { path: null as string | null, photos: 1, threads: 2 }
  const { ask, hold, answer, lose } = questions()
  const changes: ((topic: Topic) => void)[] = []
  async function* listen() {
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<Topic>()
      changes.push(resolve)
      yield { topic: await promise }
    }
  }
  const empty = (name: string) => () => ask(name, () => [])
  const client = {
    studio: {
      info: () => ask('info', () => ({ threads: behind.threads, engine: null })),
      dialogs: () => ask('dialogs', () => ({ available: false })),
    },
    project: {
      current: () => ask('project', () => (behind.path === null ? null : projectOf(behind.path))),
      recent: empty('recent'),
      changes: () => Promise.resolve(listen()),
      open: async ({ path }: { path: string }) => projectOf((behind.path = path)),
    },
    images: { list: () => ask('images', () => ({ total: behind.photos, images: [{ hash: `photo of ${behind.path}` }] })) },
    classes: { list: empty('classes') },
    history: { state: () => ask('history', () => ({ undo: null, redo: null })) },
    runs: { list: empty('runs') },
    exporting: { list: empty('exports') },
    backbones: { list: empty('backbones') },
    jobs: { list: empty('jobs') },
  }
  const cell = createStateCell({ state: 'connecting' })
  const connection = { client, current: cell.current, onChange: cell.onChange, close: () => undefined }
  const studio = new Studio({ connection } as unknown as Doors)
  return {
    studio,
    behind,
    cell,
    hold,
    answer,
    lose: async () => {
      cell.set({ state: 'reconnecting', server: null })
      await lose()
    },
    change: (topic: Topic) => changes.splice(0).forEach((tell) => tell(topic)),
    begin: async () => {
      studio.start()
      cell.set({ state: 'connected' })
      await soon()
    },
  }
}

test('the photos of a project do not wait for its classes, runs and exports, nor the work for the engines', async () => {
  const { studio, behind, hold, begin } = connectedStudio()
  behind.path = '/pets.graft'
  hold('info', 'classes', 'runs', 'exports', 'history')
  await begin()
  expect([studio.project.value?.path, studio.photos.total]).toEqual(['/pets.graft', 1])
})

test('opening a project shows its photos, whichever of two questions for the project is answered first', async () => {
  for (const first of [0, 1]) {
    const { studio, hold, answer, change, begin } = connectedStudio()
    await begin()
    await quiet()
    hold('project')
    const entered = studio.openProject('/pets.graft')
    change('project')
    await soon()
    await answer('project', first)
    expect([studio.project.value?.path, studio.photos.total]).toEqual(['/pets.graft', 1])
    await answer('project', 1 - first)
    await entered
    expect([studio.project.value?.path, studio.photos.total]).toEqual(['/pets.graft', 1])
  }
})

test('another project leaves nothing of the one before, also where a change of photos tells of it first', async () => {
  const { studio, behind, change, begin } = connectedStudio()
  behind.path = '/pets.graft'
  await begin()
  studio.photos.setFilter({ kind: 'unlabelled', classId: null, name: 'cat' })
  await studio.selection.pick(0, 'only')
  behind.path = '/birds.graft'
  change('images')
  await soon()
  expect([studio.photos.at(0)?.hash, studio.selection.size, studio.photos.filter.kind]).toEqual(['photo of /birds.graft', 0, 'all'])
})

test('a project that is renamed leaves everything where it is; a copy of it that somebody opens does not', async () => {
  const { studio, behind, change, begin } = connectedStudio()
  behind.path = '/pets.graft'
  await begin()
  await quiet()
  studio.navigation.go('settings')
  studio.photos.setFilter({ kind: 'unlabelled', classId: null, name: 'cat' })
  behind.path = '/animals.graft'
  change('project')
  await soon()
  expect([studio.project.value?.path, studio.navigation.place.page, studio.photos.filter.name]).toEqual([
    '/animals.graft',
    'settings',
    'cat',
  ])
  await studio.openProject('/pets copied.graft')
  expect([studio.navigation.place.page, studio.photos.filter.name]).toEqual(['photos', ''])
})

test('a filter that the address asks for outlives the first reading of the project, and not the next project', async () => {
  const { studio, behind, change, begin } = connectedStudio()
  behind.path = '/pets.graft'
  studio.navigation.replace({ page: 'photos', filter: { name: 'cat' } })
  studio.photos.setFilter({ ...studio.photos.filter, name: 'cat' })
  await begin()
  expect([studio.photos.filter.name, studio.navigation.place]).toEqual(['cat', { page: 'photos', filter: { name: 'cat' } }])
  behind.path = '/birds.graft'
  change('images')
  await soon()
  expect([studio.photos.filter.name, studio.navigation.place]).toEqual(['', { page: 'photos' }])
})

test('a connection that is lost under way leaves the project on the screen, and what changed meanwhile is read when it is back', async () => {
  const { studio, behind, cell, hold, lose, change, begin } = connectedStudio()
  behind.path = '/pets.graft'
  await begin()
  studio.photos.setFilter({ kind: 'unlabelled', classId: null, name: '' })
  await soon()
  hold('project', 'images', 'classes')
  change('images')
  await soon()
  await lose()
  expect([studio.project.value?.path, studio.photos.total, studio.photos.error, studio.classes.error]).toEqual([
    '/pets.graft',
    1,
    null,
    null,
  ])
  behind.photos = 7
  await quiet()
  cell.set({ state: 'connected' })
  await soon()
  expect([studio.photos.total, studio.photos.filter.kind]).toEqual([7, 'unlabelled'])
})

test('a connection that is lost before the first photos came shows them once it is back', async () => {
  const { studio, behind, cell, hold, lose, begin } = connectedStudio()
  behind.path = '/pets.graft'
  hold('images')
  await begin()
  expect(studio.photos.total).toBeNull()
  await lose()
  await quiet()
  cell.set({ state: 'connected' })
  await soon()
  expect([studio.photos.total, studio.photos.error]).toEqual([1, null])
})

test('a worker that dies under a training elsewhere is told with the way to train again with the same settings', async () => {
  const { studio, behind, begin } = connectedStudio()
  behind.path = '/pets.graft'
  await begin()
  studio.navigation.go('settings')
  const error = { code: 'WORKER_DIED', details: { worker: 'training', reason: 'killed', detail: '' } } as const
  const recipe = { backbone: 'lite0', epochs: 7 }
  const started: unknown[] = []
  async function* watch() {
    yield { type: 'job', job: { id: 'job', kind: 'train', runId: 'run', startedAtMs: 0, state: { state: 'failed', error } } }
  }
  Object.assign(studio.client, {
    jobs: { watch: ({ jobId }: { jobId: string }) => Promise.resolve(jobId === 'job' ? watch() : (async function* () {})()) },
    runs: {
      get: () => Promise.resolve({ run: { recipe } }),
      list: () => Promise.resolve([]),
      start: (asked: unknown) => Promise.resolve(started.push(asked) && { runId: 'again', jobId: 'other' }),
    },
  })
  studio.jobs.watch('job')
  await soon()
  const [toast] = studio.toasts.list
  expect(toast).toMatchObject({ kind: 'failed', error })
  toast?.action?.run()
  await soon()
  expect([started, studio.navigation.place]).toEqual([[{ recipe }], { page: 'train', run: 'again' }])
})

test('the settings of the studio are read again, whoever changes them, also where no project is open', async () => {
  const { studio, behind, change, begin } = connectedStudio()
  await begin()
  behind.threads = 1
  change('settings')
  await soon()
  expect(studio.info.value?.threads).toBe(1)
})

test('what is chosen for the next training holds wherever it is started from, for as long as the project is open', async () => {
  const { studio, behind, change, begin } = connectedStudio()
  behind.path = '/pets.graft'
  await begin()
  const started: unknown[] = []
  Object.assign(studio.client, {
    runs: {
      list: () => Promise.resolve([]),
      plan: () => Promise.resolve({ problem: null, classes: [], parts: {}, toExtract: 0 }),
      forecast: () => Promise.resolve({ seconds: null }),
      start: ({ recipe }: { recipe: { epochs: number } }) => Promise.resolve(started.push(recipe.epochs) && { runId: 'run', jobId: 'job' }),
    },
    jobs: { list: () => Promise.resolve([]), watch: () => Promise.resolve((async function* () {})()) },
  })
  studio.trainingForm.change({ epochs: 12 })
  const doors = { newProject: () => undefined, openProject: () => undefined, openBackup: () => undefined, showKeyMap: () => undefined }
  const trainNow = async () => {
    commandsOf(studio, doors)
      .find(({ id }) => id === 'action:train')
      ?.run()
    await soon()
  }
  await trainNow()
  behind.path = '/birds.graft'
  change('images')
  await soon()
  await trainNow()
  expect(started).toEqual([12, 30])
})
