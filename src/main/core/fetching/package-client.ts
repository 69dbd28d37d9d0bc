import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { PackageSource } from './package-source.ts'

type ClientSource = Exclude<PackageSource, { via: 'url' }>

interface Command {
  readonly program: string
  readonly args: readonly string[]
}

const npm: readonly Command[] = [{ program: 'npm', args: [] }]
const pip: readonly Command[] = [
  { program: 'python3', args: ['-m', 'pip'] },
  { program: 'python', args: ['-m', 'pip'] },
  { program: 'pip3', args: [] },
  { program: 'pip', args: [] },
]

/** Nothing of a package is run: npm gets its tarball, pip its wheel, as data. */
function downloadArguments(source: ClientSource): readonly string[] {
  if (source.via === 'npm') return ['pack', `${source.name}@${source.version}`, '--ignore-scripts', '--silent']
  const wheelOnly = ['--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check', '--quiet']
  return ['download', ...wheelOnly, '--dest', '.', `${source.name}==${source.version}`]
}

type Outcome = { readonly state: 'done' } | { readonly state: 'absent' } | { readonly state: 'failed'; readonly reason: string }

/** The line that says what went wrong, among notices and warnings. */
function reasonOf(output: string, code: number | null): string {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => /^(npm err|npm error|error)/i.test(line) && !/complete log|A complete/i.test(line))
  const line = telling.at(-1) ?? lines.filter((one) => one !== '').at(-1) ?? `ended with code ${code}`
  return line.slice(0, 300)
}

function run(command: Command, args: readonly string[], folder: string, signal: AbortSignal | undefined): Promise<Outcome> {
  return new Promise((resolve) => {
    // On Windows npm and pip are batch files, which only a shell starts; every argument is checked by the catalog's schema.
    const child = spawn(command.program, [...command.args, ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
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
      else resolve({ state: 'failed', reason: reasonOf(output, code) })
    })
  })
}

/**
 * Downloads the archive of a package into `folder`, which is empty, with the machine's own npm or pip, which know its mirrors and proxies.
 * Answers with the path of the archive. Throws `DOWNLOAD_FAILED` in the client's words, or that there is no client; `CANCELLED`.
 */
export async function downloadPackage(source: ClientSource, folder: string, signal?: AbortSignal): Promise<string> {
  const what = `${source.name} ${source.version}`
  for (const command of source.via === 'npm' ? npm : pip) {
    const outcome = await run(command, downloadArguments(source), folder, signal)
    if (signal?.aborted === true) throw new StudioError('CANCELLED', {})
    if (outcome.state === 'absent') continue
    if (outcome.state === 'failed') throw new StudioError('DOWNLOAD_FAILED', { what, reason: outcome.reason })
    const [file] = (await readdir(folder)).filter((name) => /\.(tgz|whl|zip)$/.test(name))
    if (file === undefined) throw new StudioError('DOWNLOAD_FAILED', { what, reason: `${command.program} brought nothing` })
    return join(folder, file)
  }
  const client = source.via === 'npm' ? 'npm' : 'pip'
  throw new StudioError('DOWNLOAD_FAILED', { what, reason: `${client} is not on this machine` })
}
