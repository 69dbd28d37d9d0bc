import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { BrowserWindow, app, dialog, session } from 'electron'
import { toWireError } from '../../contract/errors.ts'
import type { Log } from '../../core/context.ts'
import { requireOpenable } from '../../core/project/open-project.ts'
import { studioVersion } from '../../core/studio-version.ts'
import { createStudio, type Studio } from '../../core/studio.ts'
import { describeError } from '../../../renderer/text/errors.ts'
import { openFileLog } from '../file-log.ts'
import { dataDir, projectsDir } from '../places.ts'
import { threadCount } from '../thread-count.ts'
import { answerDrags } from './drag-out.ts'
import { electronWorker, nodeForWorkers } from './electron-worker.ts'
import { askBeforeQuit, mayLeave } from './leave-work.ts'
import { nativeDialogs } from './native-dialogs.ts'
import { keepMenu } from './native-menu.ts'
import { answerPagePorts } from './page-port.ts'
import { registerScheme, serveScheme } from './page-protocol.ts'
import { pageAddress, restrict } from './page-security.ts'
import { isSamePlace, projectArgument, projectFolder } from './project-argument.ts'
import { openStudioWindow } from './studio-window.ts'
import { tellWork } from './tell-work.ts'

/**
 * The studio in a window. `out` is the folder of the built main program. A second start hands its project to the first one and ends.
 *
 * For packaging, flip these fuses of the binary: RunAsNode off, EnableNodeOptionsEnvironmentVariable off, EnableNodeCliInspectArguments
 * off, EnableEmbeddedAsarIntegrityValidation on, OnlyLoadAppFromAsar on, GrantFileProtocolExtraPrivileges off, EnableCookieEncryption on. On Linux pack a Node at resources/node/bin/node
 * and keep out/main and the packages of the workers outside of the archive, which a plain Node cannot read.
 */
export function runElectron(out: string): void {
  app.setName('Graft')
  // The same folder for every door, so that all share one list of recent projects.
  const data = dataDir()
  app.setPath('userData', data)
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  registerScheme()
  const log = openFileLog(data)
  const studio = createStudio({
    dataDir: data,
    projectsDir: projectsDir(app.getPath('documents')),
    resourcesDir: resourcesDir(),
    door: 'electron',
    spawnWorker: electronWorker(out, nodeForWorkers(app.getAppPath(), process.resourcesPath), log),
    dialogs: nativeDialogs(log),
    threads: threadCount(),
    clock: Date.now,
    log,
  })
  openProjectsFromOutside(studio)
  closeBeforeQuit(studio, log)
  app.on('window-all-closed', () => app.quit())
  app
    .whenReady()
    .then(async () => {
      restrict(session.defaultSession, log)
      await serveScheme(session.defaultSession, studio, join(out, '../renderer'))
      answerPagePorts(studio, log)
      answerDrags(studio)
      app.setAboutPanelOptions({
        applicationName: 'Graft',
        applicationVersion: studioVersion,
        copyright: 'MIT',
      })
      keepMenu({ studio, log, dataDir: data, openProject: (path) => void openProject(studio, path) })
      const asked = projectArgument(process.argv, startedFrom())
      if (asked !== null) await openProject(studio, asked)
      const window = openStudioWindow(out, data, log)
      askBeforeQuit(window, studio, log)
      tellWork(window, studio)
      await loadPage(window)
    })
    .catch((error: unknown) => {
      log.error('the studio did not start', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      dialog.showErrorBox('Graft could not start', describeError(toWireError(error)).title)
      app.exit(1)
    })
}

/** A window that is closed before its page is there has not failed to start. */
async function loadPage(window: BrowserWindow): Promise<void> {
  try {
    await window.loadURL(pageAddress)
  } catch (error) {
    // The load is given up while the window is still on its way out.
    await setImmediate()
    if (!window.isDestroyed()) throw error
  }
}

/** In a checkout its own folder; in a packaged app what was packed beside the app. */
function resourcesDir(): string {
  const inCheckout = join(app.getAppPath(), 'resources')
  return existsSync(join(inCheckout, 'backbones', 'catalog.json')) ? inCheckout : process.resourcesPath
}

/** `npm start` moves to the checkout and tells where it was called from. */
function startedFrom(): string {
  const folder = process.cwd()
  return folder === app.getAppPath() ? (process.env['INIT_CWD'] ?? folder) : folder
}

/** A project given to a second start, or opened from the system's file manager (macOS). */
function openProjectsFromOutside(studio: Studio): void {
  app.on('second-instance', (_event, argv, folder) => {
    const asked = projectArgument(argv, folder)
    if (asked !== null) void openProject(studio, asked)
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    void openProject(studio, path)
  })
}

/**
 * The page learns of it from the studio's changes; a failure is told in a dialog. Work in the project that is open now is not ended without
 * a question.
 */
async function openProject(studio: Studio, given: string): Promise<void> {
  // A file inside the folder stands for it: where a system cannot open folders by their name, that is what is pressed.
  const path = projectFolder(given)
  try {
    const current = await studio.client.project.current()
    if (current !== null && !isSamePlace(current.path, path)) {
      // No training is stopped for a project that would not open.
      requireOpenable(path)
      if (!(await mayLeave(studio, 'open'))) return
    }
    await studio.client.project.open({ path })
  } catch (error) {
    const { title, wayOut } = describeError(toWireError(error))
    dialog.showErrorBox(title, wayOut)
  }
}

/** Work is ended and the project closed before the process is. */
function closeBeforeQuit(studio: Studio, log: Log): void {
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void studio
      .close()
      .catch((error: unknown) => log.error('the studio did not close in order', { error: String(error) }))
      .finally(() => {
        closed = true
        // Not before this event is over: until then Electron takes itself for quitting already and would not hear it.
        void setImmediate().then(() => app.quit())
      })
  })
}
