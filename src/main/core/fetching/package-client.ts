import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { diskFull } from '../project/disk-errors.ts'
import type { PackageSource } from './package-source.ts'
import { runProgram } from './run-program.ts'

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
 * Answers with the path of the archive. Throws `DOWNLOAD_FAILED` in the client's words, or that there is no client; `DISK_FULL`; `CANCELLED`.
 */
export async function downloadPackage(source: ClientSource, folder: string, { signal, onBytes }: DownloadOptions = {}): Promise<string> {
  const what = `${source.name} ${source.version}`
  for (const command of source.via === 'npm' ? npm : pip) {
    const watching = setInterval(() => void bytesIn(folder).then((done) => onBytes?.(Math.min(done, source.sizeBytes))), watchEveryMs)
    const outcome = await runProgram(command.program, [...command.args, ...downloadArguments(source)], { folder, signal }).finally(() =>
      clearInterval(watching),
    )
    if (signal?.aborted === true) throw new StudioError('CANCELLED', {})
    if (outcome.state === 'absent') continue
    if (outcome.state === 'no-room') throw diskFull(folder)
    if (outcome.state === 'failed') throw new StudioError('DOWNLOAD_FAILED', { what, reason: outcome.reason })
    const [file] = (await readdir(folder)).filter((name) => /\.(tgz|whl|zip)$/.test(name))
    if (file === undefined) throw new StudioError('DOWNLOAD_FAILED', { what, reason: `${command.program} brought nothing` })
    return join(folder, file)
  }
  const client = source.via === 'npm' ? 'npm' : 'pip'
  throw new StudioError('DOWNLOAD_FAILED', { what, reason: `${client} is not on this machine` })
}
