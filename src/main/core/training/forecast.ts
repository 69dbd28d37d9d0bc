import { isActive } from '../../contract/jobs.ts'
import { toWireError } from '../../contract/errors.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { BackboneFiles, NetworkStart } from '../../contract/worker/training-tasks.ts'
import { backboneFiles } from '../backbones/backbone-files.ts'
import type { StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { calibrateExtraction, calibratedSeconds, readCalibration } from '../features/calibrations.ts'
import { readExtraction, readSpeed, recordSpeed } from '../features/speeds.ts'
import { speedName } from '../features/extract-features.ts'
import type { Missing } from './extract-for-training.ts'
import { aroundSpeed, headSpeed, networkSettings, networkSpeed, type TrainingSource } from './training-source.ts'

/** What is known of a training before it begins. */
export interface ToForecast {
  readonly recipe: Recipe
  readonly source: TrainingSource
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number }
  readonly classCount: number
  readonly missing: readonly Missing[]
}

/** Photos of a step that is measured: a thousand of them may take minutes and more memory than there is, and one takes as long as in a step of fewer. */
const mostMeasured = 32

/**
 * Seconds that a training will take, all its epochs and what is still to be extracted included: by how fast this machine did the same last time, else by a few
 * seconds of it, measured now and kept. Null where it cannot be measured now.
 */
export async function forecastSeconds(context: StudioContext, training: ToForecast): Promise<number | null> {
  const seconds: (number | null)[] = []
  for (const { features, hashes } of training.missing)
    seconds.push(hashes.length === 0 ? 0 : await extractionSeconds(context, training.recipe, features, hashes.length))
  seconds.push(training.source.network === null ? await headSeconds(context, training) : await networkSeconds(context, training))
  return seconds.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0)
}

/** Beside a training everything would be measured slower than it is. */
function mayMeasure(context: StudioContext): boolean {
  return !context.jobs.list().some((job) => job.kind === 'train' && isActive(job))
}

/** Null where `measure` fails, which is for the training to tell. */
async function measured<T>(context: StudioContext, measure: () => Promise<T>): Promise<T | null> {
  if (!mayMeasure(context)) return null
  try {
    return await measure()
  } catch (error) {
    context.log.info('a training could not be measured beforehand', { error: toWireError(error) })
    return null
  }
}

async function extractionSeconds(
  context: StudioContext,
  { backbone }: Recipe,
  features: BackboneFiles,
  images: number,
): Promise<number | null> {
  const before = readExtraction(context, speedName(features))
  if (before !== null) return images / before
  // A picture that no network looks at is decoded like one for the network of the recipe.
  const whole = backboneFiles(context.resourcesDir, backbone)
  if (readCalibration(context, whole) === null) await measured(context, () => calibrateExtraction(context, whole))
  return calibratedSeconds(context, { ...features, hash: whole.hash }, images)
}

async function headSeconds(context: StudioContext, { recipe, source, parts, classCount }: ToForecast): Promise<number | null> {
  const perSecond = await headRate(context, source.features.featureDim, classCount)
  return perSecond === null ? null : (parts.train * classCount * recipe.epochs) / perSecond
}

/** Photos times classes that the training of a head sees in a second. */
async function headRate(context: StudioContext, dim: number, classCount: number): Promise<number | null> {
  const before = readSpeed(context, headSpeed)
  if (before !== null) return before
  const now = await measured(context, () => context.workers.training.request('measureHead', { dim, classCount }))
  if (now !== null) recordSpeed(context, headSpeed, now.perSecond)
  return now?.perSecond ?? null
}

/** Of one phase: photos that it learns from in a second, validation included; and in how many of them the rest of the training would be done. */
interface PhaseSpeed {
  readonly learns: number
  readonly around: number
}

async function networkSeconds(context: StudioContext, training: ToForecast): Promise<number | null> {
  const { recipe, source, parts } = training
  const { network, deeper } = source
  if (network === null) return null
  const choice = trainingEngineChoice(context, context.settings().training)
  const { engine } = await context.workers.training.request('expectTraining', choice)
  const speedOf = (learns: NetworkStart, features: BackboneFiles): Promise<PhaseSpeed | null> =>
    phaseSpeed(context, training, { learns, features, engine })
  const first = await speedOf(network, source.features)
  if (first === null) return null
  const seconds = (recipe.epochs * parts.train) / first.learns + parts.train / first.around
  if (deeper === null) return seconds
  const second = await speedOf({ kind: 'backbone', backbone: deeper.features }, deeper.features)
  return second === null ? null : seconds + (deeper.epochs * parts.train) / second.learns
}

interface Phase {
  readonly learns: NetworkStart
  readonly features: BackboneFiles
  readonly engine: string
}

async function phaseSpeed(context: StudioContext, training: ToForecast, { learns, features, engine }: Phase): Promise<PhaseSpeed | null> {
  const { recipe, source, parts, classCount } = training
  const name = networkSpeed(source, features, engine)
  const before = { learns: readSpeed(context, name), around: readSpeed(context, aroundSpeed(name)) }
  if (before.learns !== null && before.around !== null) return { learns: before.learns, around: before.around }
  const speed = await measured(context, () =>
    context.workers.training.request('measureTraining', {
      network: learns,
      engine: trainingEngineChoice(context, context.settings().training),
      classCount,
      parts,
      settings: { ...networkSettings(recipe, source), batchSize: Math.min(recipe.batchSize, mostMeasured) },
    }),
  )
  if (speed === null) return null
  recordSpeed(context, name, speed.learnsPerSecond)
  recordSpeed(context, aroundSpeed(name), speed.aroundPerSecond)
  return { learns: speed.learnsPerSecond, around: speed.aroundPerSecond }
}
