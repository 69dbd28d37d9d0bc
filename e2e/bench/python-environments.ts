import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import { measureProcess } from './measured-process.ts'
import { backboneFolder, benchFolder } from './places.ts'

/** A Python with what one of the peers needs. */
interface Environment {
  /** Names a Python that has it already. */
  readonly variable: string
  readonly folder: string
  readonly packages: readonly string[]
  /** Imported once, to see that it works. */
  readonly module: string
}
const environments = {
  keras: { variable: 'GRAFT_BENCH_PYTHON', folder: 'venv', packages: ['tensorflow-cpu==2.21.0', 'pillow'], module: 'keras' },
  torch: { variable: 'GRAFT_BENCH_TORCH', folder: 'venv-torch', packages: ['torch==2.14.0', 'numpy'], module: 'torch' },
} satisfies Readonly<Record<string, Environment>>

/** The Python that a variable names, else a virtual environment that is made here once with pip. Throws with pip's words. */
async function findPython({ variable, folder, packages, module }: Environment): Promise<string> {
  const named = env[variable]
  if (named !== undefined) return named
  const place = join(benchFolder, folder)
  const python = join(place, 'bin', 'python')
  const ready = join(place, '.ready')
  if (existsSync(ready)) return python
  await measureProcess('python3', ['-m', 'venv', '--clear', place])
  await measureProcess(python, ['-m', 'pip', 'install', '--quiet', ...packages])
  await measureProcess(python, [
    '-c',
    `import ${module}, pathlib; pathlib.Path(${JSON.stringify(ready)}).write_text(${module}.__version__)`,
  ])
  return python
}

/** What a script prints in its last line, as JSON, and how long it took from its start. */
export async function runScript(
  peer: keyof typeof environments,
  script: string,
  args: readonly string[],
): Promise<{ readonly printed: unknown; readonly seconds: number }> {
  const file = join(import.meta.dirname, peer, `${script}.py`)
  const python = await findPython(environments[peer])
  const { stdout, seconds } = await measureProcess(python, [file, ...args], { env: { PYTHONDONTWRITEBYTECODE: '1' } })
  return { printed: JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}'), seconds }
}

export interface KerasResult {
  /** From the start of the process to the trained head. */
  readonly seconds: number
  readonly validationAccuracy: number
  readonly peakMegabytes: number
}

/** Runs one of the journeys in `keras/` on a folder of photos. */
export async function runKeras(script: 'tutorial' | 'features_once', photos: string): Promise<KerasResult> {
  const { printed, seconds } = await runScript('keras', script, [photos, backboneFolder('mobilenet-v2-035')])
  return { ...(printed as KerasResult), seconds }
}
