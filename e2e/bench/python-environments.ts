import { join } from 'node:path'
import { env } from 'node:process'
import { makePythonEnvironment, tensorflowEnvironment } from '../../src/main/setup/python-environment.mjs'
import { measureProcess } from './measured-process.ts'
import { backboneFolder, root } from './places.ts'

/** The Python with what each of the peers needs: `variable` names one that has it already. */
const environments = {
  keras: { variable: 'GRAFT_BENCH_PYTHON', environment: tensorflowEnvironment() },
  cleanlab: {
    variable: 'GRAFT_BENCH_CLEANLAB',
    environment: { name: 'cleanlab', packages: ['cleanlab==2.9.0', 'scikit-learn==1.9.1'], module: 'cleanlab' },
  },
  torch: { variable: 'GRAFT_BENCH_TORCH', environment: { name: 'torch', packages: ['torch==2.14.0', 'numpy'], module: 'torch' } },
}
/** Graft's own files are read by one program, beside the one that writes reference numbers with it. */
const modules = join(root, 'src/main/compute/convert/reference')

/** The Python that a variable names, else a virtual environment that is made once with pip. Throws with pip's words. */
async function findPython(peer: keyof typeof environments): Promise<string> {
  const { variable, environment } = environments[peer]
  const named = env[variable]
  if (named !== undefined) return named
  if (environment === null) throw new Error(`there is no ${peer} for this machine; ${variable} may name a Python that has it`)
  const brought = await makePythonEnvironment(environment, (line) => console.error(line))
  if (brought.state === 'failed') throw new Error(brought.reason)
  return brought.python
}

/** What a script prints in its last line, as JSON, and how long it took from its start. */
export async function runScript(
  peer: keyof typeof environments,
  script: string,
  args: readonly string[],
): Promise<{ readonly printed: unknown; readonly seconds: number }> {
  const file = join(import.meta.dirname, peer, `${script}.py`)
  const python = await findPython(peer)
  const { stdout, seconds } = await measureProcess(python, [file, ...args], { env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: modules } })
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
