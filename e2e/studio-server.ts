import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { LaunchOptions } from '@playwright/test'

const root = join(import.meta.dirname, '..')

/** The environment of a studio that keeps its files in `folder`. */
export const studioEnvironment = (folder: string): Record<string, string> => ({
  ...(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<string, string>),
  GRAFT_DATA_DIR: join(folder, 'studio'),
  GRAFT_PROJECTS_DIR: join(folder, 'projects'),
})

/** The system's Chromium, quiet: no account, no updates, no network of its own. */
export function chromiumOptions(): LaunchOptions {
  return {
    executablePath: process.env['GRAFT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  }
}

/** A studio for the browser, as `npm start -- --no-open` starts it. */
export interface StudioServer {
  /** With its token. */
  readonly address: string
  readonly processId: number | undefined
  close(): Promise<void>
  /** With SIGKILL, as a power cut or the system does. */
  kill(): Promise<void>
}

/** Starts a studio that keeps its files in `folder`, with `project` open. */
export async function startServer(folder: string, project: string | null): Promise<StudioServer> {
  const server = spawn(process.execPath, [join(root, 'src/main/server.ts'), '--no-open', ...(project === null ? [] : [project])], {
    cwd: root,
    env: studioEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {
    address: await addressOf(server),
    processId: server.pid,
    close: () => endProcess(server),
    kill: () => endProcess(server, 'SIGKILL'),
  }
}

/** The address that the server prints, with its token. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text))
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const address = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(printed)?.[0]
      if (address !== undefined) resolve(address)
    })
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)))
  })
}

async function endProcess(process: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const ended = new Promise((resolve) => process.once('exit', resolve))
  process.kill(signal)
  await ended
}
