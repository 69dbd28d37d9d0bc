import { StudioError, toWireError } from '../../contract/errors.ts'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import type { Recipe } from '../../contract/runs.ts'
import { featuresKey, type BackboneFiles, type NetworkStart } from '../../contract/worker/training-tasks.ts'
import { readyBackbone } from '../backbones/backbone-files.ts'
import type { StudioContext } from '../context.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { calibrateExtraction, calibratedSeconds, extractionEngine, readCalibration } from '../features/calibrations.ts'
import { readExtraction, readSpeed, recordSpeed } from '../features/speeds.ts'
import { speedName } from '../features/extract-features.ts'
import { isComputing } from '../jobs/is-computing.ts'
import { ranOutOfMemory } from './ran-out-of-memory.ts'
import type { Missing } from './extract-for-training.ts'
import { aroundSpeed, headSpeed, networkSettings, networkSpeed, startSpeed, type TrainingSource } from './training-source.ts'

/** What is known of a training before it begins. */
export interface ToForecast {
  readonly recipe: Recipe
  /** What trains more than a head. */
  readonly engine: TrainingEngineWanted
  readonly source: TrainingSource
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number }
  readonly classCount: number
  readonly missing: readonly Missing[]
  /** Ends what is measured; null: nothing may be. */
  readonly measuring: AbortSignal | null
}

/** Photos of a step that is measured: a thousand of them may take minutes and more memory than there is, and one takes as long as in a step of fewer. */
const mostMeasured = 32

/**
 * Seconds that a training will take, all its epochs and what is still to be extracted included: by how fast this machine did the same last time, else by a few
 * seconds of it, measured now and kept. Null where it cannot be measured now.
 */
export async function forecastSeconds(context: StudioContext, training: ToForecast): Promise<number | null> {
  const { extraction, learning } = await forecastParts(context, training)
  return [...extraction.map(({ seconds }) => seconds), learning].reduce(
    (sum, each) => (sum === null || each === null ? null : sum + each),
    0,
  )
}

/** The same in parts: each kind of features that is extracted first, and the learning. */
export interface ForecastParts {
  readonly extraction: readonly { readonly features: string; readonly seconds: number | null }[]
  readonly learning: number | null
}

export async function forecastParts(context: StudioContext, training: ToForecast): Promise<ForecastParts> {
  const extraction: ForecastParts['extraction'][number][] = []
  for (const { features, hashes } of training.missing) {
    const seconds = hashes.length === 0 ? 0 : await extractionSeconds(context, training, features, hashes.length)
    extraction.push({ features: featuresKey(features), seconds })
  }
  const learning = training.source.network === null ? await headSeconds(context, training) : await networkSeconds(context, training)
  return { extraction, learning }
}

/** Null where `measure` fails, which is for the training to tell. */
async function measured<T>(
  context: StudioContext,
  signal: AbortSignal | null,
  measure: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  if (signal === null || signal.aborted || isComputing(context)) return null
  try {
    return await measure(signal)
  } catch (error) {
    if (ranOutOfMemory(error)) context.workers.training.renew()
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have been aborted meanwhile
    if (!signal.aborted) context.log.info('a training could not be measured beforehand', { error: toWireError(error) })
    return null
  }
}

async function extractionSeconds(
  context: StudioContext,
  { recipe: { backbone }, measuring }: ToForecast,
  features: BackboneFiles,
  images: number,
): Promise<number | null> {
  const before = readExtraction(context, speedName(features))
  if (before !== null) return images / before
  // A picture that no network looks at is decoded like one for the network of the recipe, without which a small network can learn from nothing.
  const whole = readyBackbone(context, backbone)
  if (whole === null) return null
  // A calibration is of the processor; how fast a graphics card looks at photos is known once it did.
  if (await looksOnCard(context)) return null
  if (readCalibration(context, whole) === null) {
    await measured(context, measuring, (signal) => calibrateExtraction(context, whole, { signal }))
  }
  return calibratedSeconds(context, { ...features, hash: whole.hash }, images)
}

async function looksOnCard(context: StudioContext): Promise<boolean> {
  const wanted = extractionEngine(context)
  if (wanted !== 'auto' && wanted !== 'webgpu') return false
  const { adapter } = await context.workers.training.request('expectTraining', trainingEngineChoice(context, 'auto'))
  return adapter.state === 'found'
}

async function headSeconds(context: StudioContext, training: ToForecast): Promise<number | null> {
  const { recipe, parts, classCount } = training
  const perSecond = await headRate(context, training)
  return perSecond === null ? null : (parts.train * classCount * recipe.epochs) / perSecond
}

/** Photos times classes that the training of a head sees in a second. */
async function headRate(context: StudioContext, { source, classCount, measuring }: ToForecast): Promise<number | null> {
  const before = readSpeed(context, headSpeed)
  if (before !== null) return before
  const work = { dim: source.features.featureDim, classCount }
  const now = await measured(context, measuring, (signal) => context.workers.training.request('measureHead', work, { signal }))
  if (now !== null) recordSpeed(context, headSpeed, now.perSecond)
  return now?.perSecond ?? null
}

/** Photos that a phase learns from in a second, validation included; the photos a second in which the rest would be done; and what comes first. */
interface PhaseSpeed {
  readonly learns: number
  readonly around: number
  readonly startSeconds: number
}

async function networkSeconds(context: StudioContext, training: ToForecast): Promise<number | null> {
  const { recipe, source, parts } = training
  const { network, deeper } = source
  if (network === null) return null
  const { engine } = await context.workers.training.request('expectTraining', trainingEngineChoice(context, training.engine))
  const first = await phaseSpeed(context, training, { learns: network, features: source.features, engine })
  if (first === null) return null
  const seconds = first.startSeconds + (recipe.epochs * parts.train) / first.learns + parts.train / first.around
  if (deeper === null) return seconds
  const learns = { kind: 'backbone', backbone: deeper.features } as const
  const second = await phaseSpeed(context, training, { learns, features: deeper.features, engine })
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
  const before = [name, aroundSpeed(name), startSpeed(name)].map((what) => readSpeed(context, what))
  const [knownLearns, knownAround, starts] = before
  // What a run has kept of its second phase is its epochs; the rest belongs to the first.
  const isSecond = features !== source.features
  if (knownLearns != null && (isSecond || (knownAround != null && starts != null))) {
    return { learns: knownLearns, around: knownAround ?? Infinity, startSeconds: starts == null ? 0 : 1 / starts }
  }
  const work = {
    network: learns,
    engine: trainingEngineChoice(context, training.engine),
    classCount,
    parts,
    settings: { ...networkSettings(recipe, source), batchSize: Math.min(recipe.batchSize, mostMeasured) },
  }
  const speed = await measured(context, training.measuring, (signal) =>
    context.workers.training.request('measureTraining', work, { signal }),
  )
  if (speed === null) return null
  recordSpeed(context, name, speed.learnsPerSecond)
  recordSpeed(context, aroundSpeed(name), speed.aroundPerSecond)
  recordSpeed(context, startSpeed(name), 1 / speed.startSeconds)
  return { learns: speed.learnsPerSecond, around: speed.aroundPerSecond, startSeconds: speed.startSeconds }
}

/** What may be measured for a forecast, one question at a time: a newer one ends what is measured for the one before, and a training that begins ends all. */
export class Measuring {
  #current: AbortController | null = null

  /** Begins a question. `signal`: the caller's own. Answers with what ends its measurements. */
  begin(signal: AbortSignal | undefined): AbortSignal {
    this.stop()
    const own = new AbortController()
    this.#current = own
    return signal === undefined ? own.signal : AbortSignal.any([own.signal, signal])
  }

  stop(): void {
    this.#current?.abort(new StudioError('CANCELLED', {}))
    this.#current = null
  }
}
