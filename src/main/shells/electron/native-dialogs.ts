import { BrowserWindow, dialog, shell, type OpenDialogOptions } from 'electron'
import type { Dialogs, Log } from '../../core/context.ts'

const folderTitles: { readonly [P in Parameters<Dialogs['chooseFolder']>[0]]: string } = {
  import: 'Add a folder of photos',
  'open-project': 'Open a project (a folder that ends in .graft)',
  'create-project': 'Where to keep the project',
  export: 'Where to put the export',
}

/** Formats that the image worker reads; the content decides in the end. */
const photoExtensions = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff', 'heic', 'heif']

/** Archives, projects of Teachable Machine, and files of labels. */
const otherExtensions = ['zip', 'tm', 'csv', 'tsv', 'json']

/** The system's dialogs, attached to the studio's window. */
export function nativeDialogs(log: Log): Dialogs {
  return {
    chooseFolder: async (purpose) => {
      const [folder] = await choose({ title: folderTitles[purpose], properties: ['openDirectory', 'createDirectory'] })
      return folder ?? null
    },
    chooseFiles: async (what) => {
      if (what === 'backup') {
        const filters = [{ name: 'Backups of Graft', extensions: ['graft-backup'] }]
        const [file] = await choose({ title: 'Open a backup', properties: ['openFile'], filters })
        return file === undefined ? null : [file]
      }
      const files = await choose({
        title: 'Add photos',
        properties: ['openFile', 'multiSelections'],
        filters: [
          { name: 'Photos, archives and labels', extensions: bothCases([...photoExtensions, ...otherExtensions]) },
          { name: 'Photos', extensions: bothCases(photoExtensions) },
          { name: 'All files', extensions: ['*'] },
        ],
      })
      return files.length === 0 ? null : files
    },
    reveal: async (path) => shell.showItemInFolder(path),
    openPage: (address) => shell.openExternal(address),
    trash: async (path) => {
      try {
        await shell.trashItem(path)
        return true
      } catch (error) {
        log.error('the system has no trash for it', { path, error: String(error) })
        return false
      }
    },
  }
}

function bothCases(extensions: readonly string[]): string[] {
  return [...extensions, ...extensions.map((extension) => extension.toUpperCase())]
}

async function choose(options: OpenDialogOptions): Promise<readonly string[]> {
  const [window] = BrowserWindow.getAllWindows()
  const { canceled, filePaths } = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options))
  return canceled ? [] : filePaths
}
