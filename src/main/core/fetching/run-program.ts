import { spawn } from 'node:child_process'

/** What came of a program of this machine. `absent`: there is none of this name. `no-room`: it could not write what it had to. */
export type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'absent' }
  | { readonly state: 'no-room' }
  | { readonly state: 'failed'; readonly reason: string }

interface RunOptions {
  readonly folder: string
  readonly signal?: AbortSignal | undefined
}

/** As the C library, Python and Node say it; set in the language of the system, which the number is not. */
const noRoom = /No space left on device|Errno 28\b|ENOSPC|Disk quota exceeded|Errno 122\b|EDQUOT/

/** The line that says what went wrong, among notices and warnings. */
function reasonOf(output: string, code: number | null): string {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => /^(npm err|npm error|error)|error: /i.test(line) && !/complete log|A complete/i.test(line))
  const line = telling.at(-1) ?? lines.filter((one) => one !== '').at(-1) ?? `ended with code ${code}`
  return line.slice(0, 300)
}

/** Runs a program in `folder` until it has ended; an abort kills it. Its output is only looked at for the reason of a failure. */
export function runProgram(program: string, args: readonly string[], { folder, signal }: RunOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    // On Windows npm and pip are batch files, which only a shell starts; every argument is checked by a catalogue's schema.
    const child = spawn(program, [...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      // What is half made lies in our folder: it can be measured, and goes with it.
      // Nothing is installed into any Python, so that pip need not be kept from it by who allows that in virtual environments alone.
      env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, PIP_REQUIRE_VIRTUALENV: 'false' },
      shell: process.platform === 'win32',
      // What it has written is thrown away: there is nothing that it could end well.
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ state: 'absent' })
      // An aborted child still has to end: `exit` follows.
      else if (error.name !== 'AbortError') resolve({ state: 'failed', reason: error.message })
    })
    child.on('exit', () => {
      // Not waiting for its output to be closed: on Windows a grandchild may hold it.
      if (signal?.aborted === true) resolve({ state: 'failed', reason: 'cancelled' })
    })
    child.on('close', (code) => {
      if (code === 0) resolve({ state: 'done' })
      // 9009 is how the Windows shell says that there is no such program.
      else if (code === 9009 || /No module named pip/.test(output)) resolve({ state: 'absent' })
      else if (noRoom.test(output)) resolve({ state: 'no-room' })
      else resolve({ state: 'failed', reason: reasonOf(output, code) })
    })
  })
}
