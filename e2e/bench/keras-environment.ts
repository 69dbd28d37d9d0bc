import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import { measureProcess } from './measured-process.ts'
import { backboneFolder, benchFolder } from './places.ts'

const wanted = 'tensorflow-cpu==2.21.0'

/** A Python with Keras: `GRAFT_BENCH_PYTHON`, else a virtual environment that is made here once with pip. Throws with pip's words. */
async function findPython(): Promise<string> {
  if (env['GRAFT_BENCH_PYTHON'] !== undefined) return env['GRAFT_BENCH_PYTHON']
  const folder = join(benchFolder, 'venv')
  const python = join(folder, 'bin', 'python')
  if (existsSync(join(folder, '.ready'))) return python
  await measureProcess('python3', ['-m', 'venv', '--clear', folder])
  await measureProcess(python, ['-m', 'pip', 'install', '--quiet', wanted, 'pillow'])
  await measureProcess(python, [
    '-c',
    `import keras, pathlib; pathlib.Path(${JSON.stringify(join(folder, '.ready'))}).write_text(keras.__version__)`,
  ])
  return python
}

export interface KerasResult {
  /** From the start of the process to the trained head. */
  readonly seconds: number
  readonly validationAccuracy: number
  readonly peakMegabytes: number
}

/** Runs one of the scripts in `keras/` on a folder of photos. */
export async function runKeras(script: 'tutorial' | 'features_once', photos: string): Promise<KerasResult> {
  const network = backboneFolder('mobilenet-v2-035')
  const file = join(import.meta.dirname, 'keras', `${script}.py`)
  const { stdout, seconds } = await measureProcess(await findPython(), [file, photos, network], { env: { PYTHONDONTWRITEBYTECODE: '1' } })
  const printed = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as KerasResult
  return { ...printed, seconds }
}
