import type { MenuItemConstructorOptions } from 'electron'
import { expect, it } from 'vitest'
import { menuTemplate, type MenuState } from './menu-template.ts'

const nothing: MenuState = { project: null, recent: [], page: null, isMac: false, isPackaged: true }

function items(state: Partial<MenuState>, done: unknown[] = []): readonly MenuItemConstructorOptions[] {
  const note = (given?: unknown): void => void done.push(given)
  const actions = { tellPage: note, chooseProject: note, openProject: note, closeProject: note, showLog: note, showAbout: note }
  const all = (template: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
    template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])])
  return all(menuTemplate({ ...nothing, ...state }, actions))
}

const labelled = (list: readonly MenuItemConstructorOptions[], label: string) => list.find((item) => item.label === label)

it('what needs a project cannot be chosen without one', () => {
  const without = items({})
  const within = items({ project: { canUndo: false, canRedo: true } })
  for (const label of ['Add photos…', 'Close project', 'Photos', 'Settings', 'Redo']) {
    expect(labelled(without, label)?.enabled, label).toBe(false)
    expect(labelled(within, label)?.enabled, label).toBe(true)
  }
  expect(labelled(within, 'Undo')?.enabled).toBe(false)
})

it('no two items have the same key', () => {
  for (const isMac of [true, false]) {
    const keys = items({ isMac, isPackaged: false }).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toEqual(expect.arrayContaining(['CmdOrCtrl+1', 'CmdOrCtrl+8']))
  }
})

it('projects of the same name are told apart, and a name may hold an ampersand', () => {
  const done: unknown[] = []
  const recent = [
    { name: 'Cats & dogs', path: '/a/Cats & dogs.graft' },
    { name: 'Birds', path: '/a/Birds.graft' },
    { name: 'Birds', path: '/b/Birds.graft' },
  ]
  const list = items({ recent }, done)
  expect(labelled(list, 'Birds (/b/Birds.graft)')).toBeDefined()
  const first = labelled(list, 'Cats && dogs')
  ;(first?.click as () => void)()
  expect(done).toEqual(['/a/Cats & dogs.graft'])
})

it('a packaged app has no tools for developers', () => {
  expect(items({}).some(({ role }) => role === 'reload' || role === 'toggleDevTools')).toBe(false)
  expect(items({ isPackaged: false }).some(({ role }) => role === 'reload')).toBe(true)
})
