import { runElectron } from './shells/electron/run-electron.ts'

// Electron's main process: the studio in a window of its own.
runElectron(import.meta.dirname)
