import { join } from 'node:path'
import { app, ipcMain } from 'electron'
import { portMessage } from '../../src/main/contract/preload-bridge.ts'
import { studioSide, type StudioSide } from '../../src/main/contract/testing/studio-side.ts'
import { createStudio } from '../../src/main/core/studio.ts'
import { electronWorker, nodeForWorkers } from '../../src/main/shells/electron/electron-worker.ts'
import { answerPagePorts } from '../../src/main/shells/electron/page-port.ts'

/** A studio of its own in `folder`, which answers the ports that the window's page hands over from now on. */
export function openBehindPort(folder: string): { readonly side: StudioSide; close(): Promise<void> } {
  const log = { info: () => undefined, error: () => undefined }
  const checkout = app.getAppPath()
  const studio = createStudio({
    dataDir: join(folder, 'behind-port'),
    projectsDir: join(folder, 'behind-port/projects'),
    resourcesDir: join(checkout, 'resources'),
    door: 'test',
    spawnWorker: electronWorker(join(checkout, 'out/main'), nodeForWorkers(checkout, process.resourcesPath), log),
    dialogs: null,
    threads: 2,
    clock: Date.now,
    log,
  })
  // The window's own studio keeps the port that it has.
  ipcMain.removeAllListeners(portMessage)
  answerPagePorts(studio, log)
  return { side: studioSide(studio), close: () => studio.close() }
}
