import { beforeEach, expect, test, vi } from 'vitest'
import { keyGroups } from '../text/keys.ts'
import { commandsOf, findCommands, type Command } from './commands.ts'
import { recentCommands, rememberCommand } from './recent-commands.ts'
import type { Studio } from './studio.svelte.ts'

const went: unknown[] = []
const answer = <T>(value: T): { readonly value: T } => ({ value })
const run = (id: string, number: number, name: string | null) => ({
  id,
  number,
  name,
  state: 'finished',
  test: { accuracy: 0.927, low: 0.8, high: 0.97, n: 55 },
  recipe: { backbone: 'lite0' },
})
const step = { id: 1, action: 'label', details: { class: 'robin', images: 12 }, atMs: 0 }

function studioWith(project: object | null, runs = [run('b2', 12, 'with more owls'), run('a1', 2, null)]): Studio {
  return {
    project: answer(project),
    navigation: { go: (...to: unknown[]) => went.push(to) },
    history: answer({ undo: step, redo: null }),
    views: answer([]),
    trashed: answer(0),
    dialogs: answer({ available: false }),
    jobs: { active: [] },
    theme: { choice: 'dark', choose: (choice: string) => went.push(choice) },
    classes: answer([{ id: 3, name: 'robin', images: 40 }]),
    runs: answer(runs),
    backbones: answer([{ id: 'lite0', plainName: 'Balanced' }]),
    recent: answer([
      { name: 'Birds', path: '/birds.graft', present: true },
      { name: 'Moths', path: '/moths.graft', present: true },
      { name: 'Gone', path: '/gone.graft', present: false },
    ]),
  } as unknown as Studio
}
const doors = {
  newProject: () => went.push('new'),
  openProject: () => went.push('open'),
  openBackup: () => went.push('backup'),
  showKeyMap: () => went.push('keys'),
}
const all = commandsOf(studioWith({ path: '/birds.graft' }), doors)
const names = (query: string, recent: readonly string[] = []): readonly string[] =>
  findCommands(query, all, recent).map(({ command }) => command.name)
const first = (query: string): Command | undefined => findCommands(query, all, [])[0]?.command

beforeEach(() => {
  went.length = 0
  const stored = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  return () => void vi.unstubAllGlobals()
})

test('a run is found by its number and by its name, a class and a project by theirs', () => {
  expect([first('run 12')?.id, first('owls')?.id, first('12')?.id, first('robin')?.id, first('moths')?.id]).toEqual([
    'run:b2',
    'run:b2',
    'run:b2',
    'class:3',
    'project:/moths.graft',
  ])
})

test('what is found leads there', () => {
  for (const query of ['run 2', 'robin', 'compare', 'light', 'keyboard']) first(query)?.run()
  expect(went).toEqual([
    [{ page: 'run', run: 'a1' }],
    [{ page: 'photos', filter: { class: 3 } }],
    [{ page: 'compare', runs: [] }],
    'light',
    'keys',
  ])
})

test('undo says what it would take back; what cannot be done now is not offered', () => {
  expect(names('undo')).toContain('Undo: label 12 photos as robin')
  expect([...names('redo'), ...names('trash'), ...names('dark theme'), ...names('gone')]).toEqual([])
})

test('before anything is typed, what was used last comes first and each thing once', () => {
  const shown = names('', ['run:a1', 'page:train', 'run:deleted'])
  expect(shown.slice(0, 3)).toEqual(['Run 2', 'Train', 'Photos'])
  expect(new Set(shown).size).toBe(shown.length)
})

test('what was used last is remembered, newest first and each once', () => {
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'b']) rememberCommand(id)
  expect(recentCommands()).toEqual(['b', 'f', 'e', 'd', 'c'])
})

test('every command has an id of its own, and every page is among them', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  expect(all.filter(({ kind }) => kind === 'page').map(({ press }) => press)).toEqual(
    Object.values(keyGroups.pages.keys).map(({ press }) => press[0]),
  )
})

test('on the start page only what needs no project is offered', () => {
  const offered = commandsOf(studioWith(null), doors).map(({ id }) => id)
  expect(offered).toEqual([
    'action:new-project',
    'action:open-project',
    'action:open-backup',
    'action:sample',
    'action:theme-light',
    'action:theme-system',
    'action:key-map',
    'project:/birds.graft',
    'project:/moths.graft',
  ])
})

test('ten thousand runs are searched while one types', () => {
  const runs = Array.from({ length: 10_000 }, (_, index) => run(`r${index}`, index + 1, null))
  const many = commandsOf(studioWith({ path: '/birds.graft' }, runs), doors)
  expect(findCommands('run 9999', many, [])[0]?.command.name).toBe('Run 9999')
})
