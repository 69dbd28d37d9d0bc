import { join } from 'node:path'
import { BrowserWindow, screen } from 'electron'
import type { Log } from '../../core/context.ts'
import { readWindowState, smallestWindow, writeWindowState } from './window-state.ts'

const firstWindow = { width: 1440, height: 900 }

/** Makes the studio's only window, where it was last. It is shown once its page is drawn. `out` is the folder of the built app. */
export function openStudioWindow(out: string, dataDir: string, log: Log): BrowserWindow {
  const state = readWindowState(
    dataDir,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const { width, height } = screen.getPrimaryDisplay().workAreaSize
  const fitting = { width: Math.min(firstWindow.width, width), height: Math.min(firstWindow.height, height) }
  const window = new BrowserWindow({
    ...(state === null ? fitting : { x: state.x, y: state.y, width: state.width, height: state.height }),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Graft',
    show: false,
    webPreferences: {
      preload: join(out, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  if (state?.maximised === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberPlace(window, dataDir, log)
  reviveAfterCrash(window, log)
  return window
}

/** Long enough for a drag of the window to be over. */
const settledMs = 500

/** Also while the window is open: a computer that goes off closes nothing. */
function rememberPlace(window: BrowserWindow, dataDir: string, log: Log): void {
  let timer: NodeJS.Timeout | undefined
  const remember = (): void => {
    clearTimeout(timer)
    writeWindowState(dataDir, { ...window.getNormalBounds(), maximised: window.isMaximized() }, log)
  }
  const rememberSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!window.isDestroyed()) remember()
    }, settledMs)
  }
  window.on('move', rememberSoon)
  window.on('resize', rememberSoon)
  window.on('maximize', rememberSoon)
  window.on('unmaximize', rememberSoon)
  window.on('close', remember)
}

/** A page that crashed is loaded again; one that crashes again at once stays as it is, with its reason in the log. */
function reviveAfterCrash(window: BrowserWindow, log: Log): void {
  let lastMs = 0
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error('the page ended', { reason, exitCode })
    if (reason === 'clean-exit' || Date.now() - lastMs < 10_000) return
    lastMs = Date.now()
    window.webContents.reload()
  })
}
