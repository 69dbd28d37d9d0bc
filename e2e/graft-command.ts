import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const launcher = join(root, 'src/main/setup/launch.mjs')

export interface GraftCall {
  readonly child: ChildProcess
  /** Every object of standard output so far; a line that is no JSON makes the outcome fail. */
  readonly events: readonly Event[]
  /** Resolves with the first event that passes, as soon as it is there; rejects when the process ends before. */
  next(test: (event: Event) => boolean): Promise<Event>
  readonly outcome: Promise<GraftOutcome>
}
export interface GraftOutcome {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly events: readonly Event[]
}
/** One line of NDJSON; tests look into it with `toMatchObject`. */
export type Event = Readonly<Record<string, unknown>>

export interface CallOptions {
  /** Where the caller stands. */
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** Starts `graft` as `npm run -s graft -- ARGS` does, called from `cwd`. */
export function startGraft(args: readonly string[], options: CallOptions): GraftCall {
  const child = spawn(process.execPath, [launcher, 'graft', ...args], {
    cwd: root,
    env: {
      ...process.env,
      INIT_CWD: options.cwd,
      GRAFT_DATA_DIR: join(options.cwd, 'studio'),
      GRAFT_PROJECTS_DIR: options.cwd,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: Event[] = []
  let listeners: ((event: Event) => void)[] = []
  let stdout = ''
  let stderr = ''
  let unread = ''
  const isJson = args.includes('--json')
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = (unread + text).split('\n')
    unread = lines.pop() ?? ''
    if (!isJson) return
    for (const line of lines) {
      const event = JSON.parse(line) as Event
      events.push(event)
      for (const listener of listeners) listener(event)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const outcome = new Promise<GraftOutcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, events }))
  })
  const next: GraftCall['next'] = (test) =>
    new Promise((resolve, reject) => {
      const seen = events.find(test)
      if (seen !== undefined) return resolve(seen)
      const listener = (event: Event): void => {
        if (!test(event)) return
        listeners = listeners.filter((each) => each !== listener)
        resolve(event)
      }
      listeners.push(listener)
      void outcome.then((ended) => reject(new Error(`graft ${args[0] ?? ''} ended with ${ended.code}: ${ended.stderr}${ended.stdout}`)))
    })
  return { child, events, next, outcome }
}

/** Runs `graft` to its end. */
export function runGraft(args: readonly string[], options: CallOptions): Promise<GraftOutcome> {
  return startGraft(args, options).outcome
}

/** Runs `graft ... --json`, which must succeed, and answers its lines. */
export async function graftEvents(args: readonly string[], options: CallOptions): Promise<readonly Event[]> {
  const { code, events, stderr, stdout } = await runGraft([...args, '--json'], options)
  if (code !== 0) throw new Error(`graft ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return events
}
