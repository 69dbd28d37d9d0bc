import { existsSync } from 'node:fs'
import { copyFile, cp, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { env } from 'node:process'
import { StudioError } from '../../contract/errors.ts'
import { runProgram } from '../fetching/run-program.ts'
import { diskFull } from '../project/disk-errors.ts'

interface BuildOptions {
  readonly resourcesDir: string
  /** Holds TensorFlow's headers and libraries; the binding comes into it. */
  readonly folder: string
  /** For what is only needed to build; exists. */
  readonly work: string
  readonly signal: AbortSignal
}

const bindingFile = 'tfjs_binding.node'
const engine = 'tfjs-node-gpu'

/** Compilers by the names under which systems have them; `CXX` goes before them. */
function compilers(): readonly string[] {
  const own = env['CXX']
  return [...(own === undefined || own === '' ? [] : [own]), 'c++', 'g++', 'clang++']
}

/** Folder of an installed package. */
function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
}

/**
 * Puts the package's binding between Node and TensorFlow's library: one that the app brought along, else compiled here (two C++ files, some seconds). It
 * looks for the library beside itself, so that the folder can be moved. Throws `ENGINE_NOT_BUILT`, `DISK_FULL` or `CANCELLED`.
 */
export async function buildBinding({ resourcesDir, folder, work, signal }: BuildOptions): Promise<'compiled' | 'prebuilt'> {
  const target = join(folder, bindingFile)
  const prebuilt = join(resourcesDir, 'engines', 'prebuilt', `${process.platform}-${process.arch}`, bindingFile)
  if (existsSync(prebuilt)) {
    await copyFile(prebuilt, target)
    return 'prebuilt'
  }
  // Copied, because a compiler cannot look into the archive that a packaged app is.
  await cp(join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding'), join(work, 'binding'), { recursive: true })
  await cp(join(packageFolder('node-api-headers'), 'include'), join(work, 'include'), { recursive: true })
  const args = await compilerArguments(folder, work, target)
  for (const compiler of compilers()) {
    const outcome = await runProgram(compiler, args, { folder: work, signal })
    if (signal.aborted) throw new StudioError('CANCELLED', {})
    if (outcome.state === 'absent') continue
    if (outcome.state === 'no-room') throw diskFull(folder)
    if (outcome.state === 'failed') throw new StudioError('ENGINE_NOT_BUILT', { engine, compiler, reason: outcome.reason })
    return 'compiled'
  }
  throw new StudioError('ENGINE_NOT_BUILT', { engine, compiler: null, reason: 'there is no C++ compiler on this machine' })
}

async function compilerArguments(folder: string, work: string, target: string): Promise<readonly string[]> {
  const sources = (await readdir(join(work, 'binding'))).filter((name) => name.endsWith('.cc')).map((name) => join(work, 'binding', name))
  const isMac = process.platform === 'darwin'
  const libraries = isMac
    ? ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib']
    : ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
  return [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
    ...['-I', join(work, 'include'), '-I', join(folder, 'tensorflow', 'include')],
    ...sources,
    ...['-o', target],
    ...libraries.map((name) => join(folder, 'tensorflow', name)),
    `-Wl,-rpath,${isMac ? '@loader_path' : '$ORIGIN'}/tensorflow`,
    // Node's own functions are found in the program that loads the binding.
    ...(isMac ? ['-undefined', 'dynamic_lookup'] : []),
  ]
}
