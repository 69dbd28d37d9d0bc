import type { MenuItemConstructorOptions } from 'electron'
import { menuPages, type MenuCommand, type PageState } from '../../contract/preload-bridge.ts'
import { menuWords } from '../../../renderer/text/desktop.ts'

/** All that the menus depend on. */
export interface MenuState {
  /** What can be undone and redone in the open project; null where none is open. */
  readonly project: { readonly canUndo: boolean; readonly canRedo: boolean } | null
  /** Projects that are there, newest first, without the open one. */
  readonly recent: readonly { readonly name: string; readonly path: string }[]
  /** What the page shows; null until it has told. */
  readonly page: PageState | null
  readonly isMac: boolean
  /** A packaged app has nothing for developers. */
  readonly isPackaged: boolean
}

/** What menu items do. */
export interface MenuActions {
  tellPage(command: MenuCommand): void
  chooseProject(): void
  openProject(path: string): void
  closeProject(): void
  showLog(): void
  showAbout(): void
}

type Items = MenuItemConstructorOptions[]

/** As many as a menu shows without a search. */
const recentAtMost = 10

/** The native menus. What belongs to the page is sent to it; the rest is the system's own. */
export function menuTemplate(state: MenuState, actions: MenuActions): Items {
  const mac: Items = state.isMac ? [{ role: 'appMenu' }] : []
  return [...mac, fileMenu(state, actions), editMenu(state, actions), viewMenu(state, actions), helpMenu(state, actions)]
}

function fileMenu({ project, recent, isMac }: MenuState, actions: MenuActions): MenuItemConstructorOptions {
  const enabled = project !== null
  return {
    label: menuWords.file,
    submenu: [
      { label: menuWords.newProject, accelerator: 'CmdOrCtrl+N', click: () => actions.tellPage({ do: 'new-project' }) },
      { label: menuWords.openProject, accelerator: 'CmdOrCtrl+O', click: () => actions.chooseProject() },
      { label: menuWords.recent, submenu: recentItems(recent, actions) },
      { type: 'separator' },
      { label: menuWords.addPhotos, accelerator: 'CmdOrCtrl+I', enabled, click: () => actions.tellPage({ do: 'add-photos' }) },
      { type: 'separator' },
      { label: menuWords.closeProject, accelerator: 'CmdOrCtrl+W', enabled, click: () => actions.closeProject() },
      ...(isMac ? [] : [{ role: 'quit', label: menuWords.quit, accelerator: 'Ctrl+Q' } as const]),
    ],
  }
}

function recentItems(recent: MenuState['recent'], { openProject }: MenuActions): Items {
  if (recent.length === 0) return [{ label: menuWords.noRecent, enabled: false }]
  const shown = recent.slice(0, recentAtMost)
  return shown.map(({ name, path }) => {
    const isOnly = shown.filter((each) => each.name === name).length === 1
    // A single & would be taken for the key of the item.
    return { label: (isOnly ? name : `${name} (${path})`).replaceAll('&', '&&'), click: () => openProject(path) }
  })
}

function editMenu({ project, isMac }: MenuState, { tellPage }: MenuActions): MenuItemConstructorOptions {
  const step = (command: 'undo' | 'redo', accelerator: string, can: boolean): MenuItemConstructorOptions => ({
    label: menuWords[command],
    accelerator,
    // The page answers these keys itself, as it does in a browser; here they are only shown. macOS always takes them first, also for fields.
    registerAccelerator: isMac,
    enabled: can || isMac,
    click: () => tellPage({ do: command }),
  })
  return {
    label: menuWords.edit,
    submenu: [
      step('undo', 'CmdOrCtrl+Z', project?.canUndo === true),
      step('redo', isMac ? 'Shift+Cmd+Z' : 'Ctrl+Y', project?.canRedo === true),
      { type: 'separator' },
      { role: 'cut', label: menuWords.cut },
      { role: 'copy', label: menuWords.copy },
      { role: 'paste', label: menuWords.paste },
      { role: 'selectAll', label: menuWords.selectAll, registerAccelerator: false },
    ],
  }
}

function viewMenu({ project, page, isPackaged }: MenuState, { tellPage }: MenuActions): MenuItemConstructorOptions {
  const isInProject = project !== null
  const themes = ['system', 'light', 'dark'] as const
  return {
    label: menuWords.view,
    submenu: [
      ...menuPages.map((each, index): MenuItemConstructorOptions => ({
        label: menuWords.pages[each],
        type: 'checkbox',
        checked: isInProject && page?.page === each,
        accelerator: `CmdOrCtrl+${index + 1}`,
        enabled: isInProject,
        click: (item) => {
          // A press turns the mark over; what is shown says where it belongs.
          item.checked = isInProject && page?.page === each
          tellPage({ do: 'show', page: each })
        },
      })),
      { type: 'separator' },
      { label: menuWords.commands, accelerator: 'CmdOrCtrl+K', registerAccelerator: false, click: () => tellPage({ do: 'commands' }) },
      {
        label: menuWords.theme,
        submenu: themes.map((theme) => ({
          label: menuWords.themes[theme],
          type: 'radio',
          checked: (page?.theme ?? 'system') === theme,
          click: () => tellPage({ do: 'theme', theme }),
        })),
      },
      { type: 'separator' },
      { role: 'zoomIn', label: menuWords.zoomIn },
      { role: 'zoomOut', label: menuWords.zoomOut },
      { role: 'resetZoom', label: menuWords.resetZoom },
      { role: 'togglefullscreen', label: menuWords.fullScreen },
      ...(isPackaged ? [] : ([{ type: 'separator' }, { role: 'reload', label: menuWords.reload }, { role: 'toggleDevTools' }] as const)),
    ],
  }
}

function helpMenu({ isMac }: MenuState, { tellPage, showLog, showAbout }: MenuActions): MenuItemConstructorOptions {
  return {
    label: menuWords.help,
    role: 'help',
    submenu: [
      { label: menuWords.keyMap, click: () => tellPage({ do: 'key-map' }) },
      { label: menuWords.log, click: () => showLog() },
      // On macOS it stands in the app's own menu.
      ...(isMac ? [] : ([{ type: 'separator' }, { label: menuWords.about, click: () => showAbout() }] as const)),
    ],
  }
}
