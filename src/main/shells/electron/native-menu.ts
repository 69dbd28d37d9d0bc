import { BrowserWindow, Menu, app, shell, type MenuItemConstructorOptions } from 'electron'
import { platform } from 'node:process'
import { menuMessage, type MenuCommand } from '../../contract/preload-bridge.ts'

/** The native menu. What belongs to the page is sent to it; the rest is the system's own. */
export function setNativeMenu({ logFolder }: { readonly logFolder: string }): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate([...macMenu(), fileMenu(), editMenu(), viewMenu(), helpMenu(logFolder)]))
}

function forPage(label: string, command: MenuCommand, more: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label,
    ...more,
    click: () => BrowserWindow.getAllWindows()[0]?.webContents.send(menuMessage, command),
  }
}

function macMenu(): MenuItemConstructorOptions[] {
  return platform === 'darwin' ? [{ role: 'appMenu' }] : []
}

function fileMenu(): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      forPage('New project', 'new-project', { accelerator: 'CmdOrCtrl+N' }),
      forPage('Open project...', 'open-project', { accelerator: 'CmdOrCtrl+O' }),
      { type: 'separator' },
      forPage('Add photos...', 'add-photos', { accelerator: 'CmdOrCtrl+I' }),
      { type: 'separator' },
      forPage('Close project', 'close-project', {}),
      platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
    ],
  }
}

function editMenu(): MenuItemConstructorOptions {
  return {
    label: '&Edit',
    submenu: [
      // The page answers these keys itself, as it does in a browser; here they are only shown (macOS always takes them first).
      forPage('Undo', 'undo', { accelerator: 'CmdOrCtrl+Z', registerAccelerator: false }),
      forPage('Redo', 'redo', { accelerator: platform === 'darwin' ? 'Shift+Cmd+Z' : 'Ctrl+Y', registerAccelerator: false }),
      { type: 'separator' },
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  }
}

function viewMenu(): MenuItemConstructorOptions {
  return {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      { role: 'reload' },
      ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  }
}

function helpMenu(logFolder: string): MenuItemConstructorOptions {
  return {
    label: '&Help',
    role: 'help',
    submenu: [
      { label: 'Show the log', click: () => void shell.openPath(logFolder) },
      { label: `About Graft`, click: () => app.showAboutPanel() },
    ],
  }
}
