import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { env, platform } from 'node:process'

/** Where the studio keeps things on this machine; the same for every door, so that all of them share one list of recent projects. */
interface Places {
  readonly dataDir: string
  readonly projectsDir: string
  readonly resourcesDir: string
}

/** The folder in which programs keep their settings: what Electron calls `appData`. */
function settingsFolder(): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  if (platform === 'win32') return env.APPDATA ?? join(homedir(), 'AppData', 'Roaming')
  return env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
}

/** `GRAFT_DATA_DIR`, else the folder that Electron would use. */
export function dataDir(): string {
  return resolve(env.GRAFT_DATA_DIR ?? join(settingsFolder(), 'Graft'))
}

/** Where new projects go: `GRAFT_PROJECTS_DIR`, else `Graft` in `documents`. */
export function projectsDir(documents: string = join(homedir(), 'Documents')): string {
  return resolve(env.GRAFT_PROJECTS_DIR ?? join(documents, 'Graft'))
}

/** The places of a studio that runs from a checkout without Electron. */
export function checkoutPlaces(): Places {
  return { dataDir: dataDir(), projectsDir: projectsDir(), resourcesDir: join(import.meta.dirname, '../../../resources') }
}

/** The folder of the built page in a checkout. */
export function builtPage(): string {
  return join(import.meta.dirname, '../../../out/renderer')
}
