import type { TrainingEngineWanted } from '../../contract/engines.ts'
import { StudioError } from '../../contract/errors.ts'
import { isActive } from '../../contract/jobs.ts'
import type { RateFinding } from '../../contract/rate-finder.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { featureCache } from '../features/feature-caches.ts'
import { planSplit } from '../splits/make-split.ts'
import { extractForTraining, missingForTraining, requireRoom } from './extract-for-training.ts'
import { splitSettings } from './plan-training.ts'
import { ranOutOfMemory } from './ran-out-of-memory.ts'
import { trainingRows } from './train-run.ts'
import { headSettings, networkSettings, trainingSource } from './training-source.ts'

export interface RateWanted {
  readonly recipe: Recipe
  /** What trains more than a head. */
  readonly engine: TrainingEngineWanted
  readonly signal: AbortSignal
}

/**
 * Sweeps the learning rate of a training that would begin now, over the photos that it would learn from. Where more than a head learns, nothing may train
 * beside it, which would halve the speed of both. Throws what `trainingSource`, `planSplit`, `requireRoom` and the worker throw.
 */
export async function findRate(context: StudioContext, project: OpenProject, { recipe, engine, signal }: RateWanted): Promise<RateFinding> {
  // Changed photos come with the training: they are not waited for.
  const source = { ...(await trainingSource(context, recipe)), variants: [], deeper: null }
  const { network } = source
  if (network !== null && context.jobs.list().some((job) => job.kind === 'train' && isActive(job))) {
    throw new StudioError('INVALID_INPUT', { reason: 'a training is under way; look for a learning rate once it has ended' })
  }
  const split = planSplit(project.db, splitSettings(recipe))
  await requireRoom(project, await missingForTraining(context, project, source, split.members, signal))
  await extractForTraining(context, project, source, split.members, { signal })
  const task = { cache: featureCache(project, source.features), classCount: split.classes.length, rows: trainingRows(split) }
  const { training: worker } = context.workers
  if (network === null) return worker.request('findRate', { kind: 'head', ...task, settings: headSettings(recipe) }, { signal })
  const choice = trainingEngineChoice(context, engine)
  try {
    const settings = networkSettings(recipe, source)
    return await worker.request('findRate', { kind: 'network', ...task, network, settings, engine: choice }, { signal })
  } catch (error) {
    if (ranOutOfMemory(error)) worker.renew()
    throw error
  }
}
