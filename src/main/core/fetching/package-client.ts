import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
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
  const { wheel } = source
  const tag = `cp${wheel?.python.replace('.', '') ?? ''}`
  const chosen = wheel === undefined ? [] : ['--implementation', 'cp', '--python-version', wheel.python, '--platform', wheel.platform]
  const abis = wheel === undefined ? [] : ['--abi', tag, '--abi', 'none']
  // Its own cache would keep hundreds of megabytes a second time.
  return ['download', ...wheelOnly, '--no-cache-dir', ...chosen, ...abis, '--dest', '.', `${source.name}==${source.version}`]
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
      // What is half fetched lies in our folder: it can be measured, and goes with it.
      env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
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

/** Bytes of all files below `folder`; what vanishes meanwhile counts as nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const watchEveryMs = 500

interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  /** Called now and then with what has arrived, as far as it can be seen. */
  readonly onBytes?: ((done: number) => void) | undefined
}

/**
 * Downloads the archive of a package into `folder`, which is empty, with the machine's own npm or pip, which know its mirrors and proxies.
 * Answers with the path of the archive. Throws `DOWNLOAD_FAILED` in the client's words, or that there is no client; `CANCELLED`.
 */
export async function downloadPackage(source: ClientSource, folder: string, { signal, onBytes }: DownloadOptions = {}): Promise<string> {
  const what = `${source.name} ${source.version}`
  for (const command of source.via === 'npm' ? npm : pip) {
    const watching = setInterval(() => void bytesIn(folder).then((done) => onBytes?.(Math.min(done, source.sizeBytes))), watchEveryMs)
    const outcome = await run(command, downloadArguments(source), folder, signal).finally(() => clearInterval(watching))
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
