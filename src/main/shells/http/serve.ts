import { env, exit, platform, stderr, stdout } from 'node:process'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { Studio } from '../../core/studio.ts'
import { describeError } from '../../../renderer/text/errors.ts'
import { openCheckoutStudio } from '../checkout-studio.ts'
import { builtPage } from '../places.ts'
import { projectPath } from '../caller-paths.ts'
import { openHttpDoor, type HttpDoor } from './http-door.ts'
import { openBrowser } from './open-browser.ts'

/** As commander hands them over. */
export interface ServeOptions {
  readonly port?: string
  readonly open?: boolean
}

/** Serves the studio until Ctrl+C. Prints the address; opens it in a browser where there is a display. Answers the exit code. */
export async function serve(project: string | undefined, options: ServeOptions): Promise<number> {
  const studio = openCheckoutStudio('browser')
  let forget: () => Promise<void> = async () => undefined
  try {
    if (project !== undefined) await studio.client.project.open({ path: projectPath(project) })
    const door = await openDoor(studio, portOf(options.port))
    stdout.write(`Graft is open at ${door.address}\n`)
    stderr.write('Only this machine is let in, with this address. Ctrl+C ends it.\n')
    if (options.open !== false && hasDisplay()) {
      forget = await openBrowser(door.address, studio.context, () =>
        stderr.write('No browser could be opened: open the address by hand.\n'),
      )
      stderr.write('A browser that says it may not read a file of Graft (snap, flatpak) needs this address by hand.\n')
    }
    await untilInterrupted()
    stderr.write('\nClosing. What is under way is stopped and what was finished is kept. Ctrl+C again leaves at once.\n')
    // Before the door, which deletes what browsers have sent: an import under way would tell of those files that they cannot be read.
    await studio.context.jobs.endAll()
    await door.close()
    return 0
  } catch (error) {
    const { title, wayOut } = describeError(toWireError(error))
    stderr.write(`${title}\n${wayOut}\n`)
    return error instanceof StudioError && error.code === 'INVALID_INPUT' ? 2 : 1
  } finally {
    await forget()
    await studio.close()
  }
}

async function openDoor(studio: Studio, port: number): Promise<HttpDoor> {
  try {
    return await openHttpDoor({ studio, page: builtPage(), port, log: studio.context.log })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES'))) throw error
    const reason = error.code === 'EADDRINUSE' ? 'another program listens there' : 'this system does not allow it'
    throw new StudioError('INVALID_INPUT', { reason: `port ${port}: ${reason}; without --port a free one is taken` }, { cause: error })
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new StudioError('INVALID_INPUT', { reason: `port ${text}: a whole number from 0 to 65535` })
  return port
}

function hasDisplay(): boolean {
  if (env.SSH_CONNECTION !== undefined && env.DISPLAY === undefined) return false
  return platform === 'darwin' || platform === 'win32' || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined
}

/** The second signal leaves at once. */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const onSignal = (): void => {
      if (asked) exit(130)
      asked = true
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}
