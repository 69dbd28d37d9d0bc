import { availableParallelism, cpus, totalmem } from 'node:os'
import { arch, env, memoryUsage } from 'node:process'
import { toWireError } from '../../contract/errors.ts'
import type { StudioInfo, StudioSettings } from '../../contract/project.ts'
import type { TrainingEngineChoice } from '../../contract/worker/training-tasks.ts'
import type { StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { studioVersion } from '../studio-version.ts'

type Engines = StudioInfo['engine']

/** Pages ask every few seconds for the memory; an engine that does not work is not tried again each time. */
const retryEnginesMs = 60_000

/** Says what this studio is and runs on. The engines are asked for once and again for other settings. */
export function studioDescription(context: StudioContext): () => Promise<StudioInfo> {
  const askEngines = enginesOnce(context)
  return async () => {
    const settings = context.settings()
    const engine = await askEngines(settings)
    return {
      version: studioVersion,
      door: context.door,
      projectsFolder: context.projectsDir,
      dataFolder: context.dataDir,
      memory: { studio: memoryUsage.rss(), image: context.workers.image.memory(), training: context.workers.training.memory() },
      machine: { processor: processorName(), cores: availableParallelism(), memoryBytes: totalmem() },
      threads: threadsInUse(settings, context.threads),
      engine,
    }
  }
}

/** `GRAFT_THREADS` goes before the settings; `otherwise` counts where neither says anything. */
function threadsInUse({ threads }: StudioSettings, otherwise: number): number {
  const named = Number(env['GRAFT_THREADS'])
  return Number.isInteger(named) && named > 0 ? named : (threads ?? otherwise)
}

/** E.g. `AMD EPYC 7B13`; some systems know no more than the kind of processor. */
function processorName(): string {
  const model = cpus()[0]?.model.trim() ?? ''
  return model === '' || model === 'unknown' ? arch : model
}

/** Asked of the training worker, which is then warm for the first training; null where it cannot say. The command line asks for nothing. */
function enginesOnce(context: StudioContext): (settings: StudioSettings) => Promise<Engines> {
  const { door, workers, log, clock } = context
  const asked = new Map<string, { readonly engines: Promise<Engines>; readonly atMs: number }>()

  const ask = async (settings: StudioSettings, choice: TrainingEngineChoice): Promise<Engines> => {
    try {
      const [{ training, extraction, skipped }, { adapter, ...networks }] = await Promise.all([
        // One that was chosen and does not run here is told by Settings, with its reason; the chip names what would do its work.
        workers.training
          .request('engines', { wanted: 'auto', settings })
          .catch(() => workers.training.request('engines', { wanted: 'auto', settings: { ...settings, extraction: 'auto' } })),
        workers.training.request('expectTraining', choice),
      ])
      return { training, extraction, networks, adapter, skipped: [...skipped] }
    } catch (error) {
      log.error('the engines could not be asked for', { error: toWireError(error) })
      return null
    }
  }

  return async (settings) => {
    if (door === 'terminal') return null
    const choice = trainingEngineChoice(context, settings.training)
    // An engine that was installed or removed meanwhile is another choice.
    const key = JSON.stringify([settings.extraction, choice])
    const before = asked.get(key)
    if (before !== undefined) {
      const engines = await before.engines
      if (engines !== null || clock() - before.atMs < retryEnginesMs) return engines
    }
    const engines = ask(settings, choice)
    asked.set(key, { engines, atMs: clock() })
    return engines
  }
}
