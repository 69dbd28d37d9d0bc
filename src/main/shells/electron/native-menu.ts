import { join } from 'node:path'
import { platform } from 'node:process'
import { BrowserWindow, Menu, app, ipcMain, nativeTheme, shell } from 'electron'
import { z } from 'zod'
import { menuMessage, stateMessage, type MenuCommand, type PageState } from '../../contract/preload-bridge.ts'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { mayLeave } from './leave-work.ts'
import { menuTemplate, type MenuActions, type MenuState } from './menu-template.ts'
import { isOwnPage } from './page-security.ts'

const PageStateMessage = z.object({ page: z.string().max(40), theme: z.enum(['light', 'dark', 'system']) })

export interface MenuOptions {
  readonly studio: Studio
  readonly log: Log
  /** The studio's own folder, with its log. */
  readonly dataDir: string
  openProject(path: string): void
}

/** The native menu, which follows what is open: the project, what can be undone, the projects opened last, the page that is shown. */
export function keepMenu({ studio, log, dataDir, openProject }: MenuOptions): void {
  const actions = menuActions(studio, dataDir, openProject)
  let page: PageState | null = null
  let recent: MenuState['recent'] = []
  let openPath: string | null = null
  let shown = ''
  const show = (project: MenuState['project']): void => {
    const state: MenuState = { project, recent, page, isMac: platform === 'darwin', isPackaged: app.isPackaged }
    const told = JSON.stringify(state)
    // A menu that is open closes when it is made anew.
    if (told === shown) return
    shown = told
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(state, actions)))
  }
  const read = async (topic: 'project' | 'history' | 'page'): Promise<void> => {
    const { client } = studio
    const current = await client.project.current()
    if (topic === 'project') {
      if (current !== null && current.path !== openPath) app.addRecentDocument(current.path)
      openPath = current?.path ?? null
      recent = (await client.project.recent())
        .filter(({ present, path }) => present && path !== openPath)
        .map(({ name, path }) => ({ name, path }))
    }
    if (current === null) return show(null)
    const { undo, redo } = await client.history.state()
    show({ canUndo: undo !== null, canRedo: redo !== null })
  }
  // A project may close between two questions; its own change comes next.
  const readAgain = (topic: 'project' | 'history' | 'page'): void =>
    void read(topic).catch((error: unknown) => log.info('the menu was not read', { topic, error: String(error) }))
  ipcMain.on(stateMessage, (event, message: unknown) => {
    const told = PageStateMessage.safeParse(message)
    if (!isOwnPage(event.senderFrame) || !told.success) return
    page = told.data
    // Dialogs and menus of the system look as the page does.
    nativeTheme.themeSource = page.theme
    readAgain('page')
  })
  show(null)
  readAgain('project')
  void follow(studio, readAgain).catch((error: unknown) => log.error('the menu no longer follows', { error: String(error) }))
}

async function follow({ client }: Studio, changed: (topic: 'project' | 'history') => void): Promise<void> {
  for await (const { topic } of await client.project.changes()) if (topic === 'project' || topic === 'history') changed(topic)
}

/** Has the page do something. Does nothing where there is no window. */
export function tellPage(command: MenuCommand): void {
  BrowserWindow.getAllWindows()[0]?.webContents.send(menuMessage, command)
}

function menuActions({ client, context }: Studio, dataDir: string, openProject: (path: string) => void): MenuActions {
  const logged = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) => context.log.error('a menu item failed', { error: String(error) }))
  return {
    tellPage,
    openProject,
    chooseProject: () =>
      logged(
        client.studio.chooseFolder({ purpose: 'open-project' }).then((path) => {
          if (path !== null) openProject(path)
        }),
      ),
    closeProject: () => logged(closeProject({ client, context })),
    showLog: () => logged(shell.openPath(join(dataDir, 'graft.log'))),
    showAbout: () => app.showAboutPanel(),
  }
}

async function closeProject(studio: Pick<Studio, 'client' | 'context'>): Promise<void> {
  if (await mayLeave(studio, 'close')) await studio.client.project.close()
}
