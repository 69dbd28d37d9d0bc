import { isActive } from '../../contract/jobs.ts'
import { StudioError, toWireError, type WireError } from '../../contract/errors.ts'
import type { Recipe } from '../../contract/runs.ts'
import type { BackboneFiles, NetworkStart } from '../../contract/worker/training-tasks.ts'
import { readCatalog } from '../backbones/catalog.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { speedName } from '../features/extract-features.ts'
import { expectExtraction, readSpeed, recordSpeed } from '../features/speeds.ts'
import { planSplit } from '../splits/make-split.ts'
import { trainingEngineChoice } from '../engines/native-place.ts'
import { missingForTraining, photosIn, requireRoom, type Missing } from './extract-for-training.ts'
import { headSpeed } from './train-run.ts'
import { networkSpeed, trainingSource, type TrainingSource } from './training-source.ts'

export interface TrainingPlan {
  problem: WireError | null
  classes: { name: string; images: number }[]
  parts: { train: number; validation: number; test: number }
  toExtract: number
  forecastSeconds: number | null
}

/** What a training with this recipe would do now. A reason why it cannot start is part of the answer, not an error. */
export async function planTraining(context: StudioContext, project: OpenProject, recipe: Recipe): Promise<TrainingPlan> {
  const plan: TrainingPlan = {
    problem: null,
    classes: [],
    parts: { train: 0, validation: 0, test: 0 },
    toExtract: 0,
    forecastSeconds: null,
  }
  try {
    const split = planSplit(project.db, splitSettings(recipe))
    plan.classes = split.classes.map((each) => ({
      name: each.name,
      images: split.members.filter((member) => member.classId === each.id).length,
    }))
    for (const { part } of split.members) plan.parts[part]++
    const source = await trainingSource(context, recipe)
    const hashes = split.members.map((member) => member.hash)
    const missing = await missingForTraining(context, project, source, hashes)
    plan.toExtract = photosIn(missing)
    plan.forecastSeconds = await forecastSeconds(context, recipe, plan, { source, missing })
    await requireRoom(project, missing)
  } catch (error) {
    if (!(error instanceof StudioError)) throw error
    plan.problem = toWireError(error)
  }
  return plan
}

/** What a recipe says about its split. */
export function splitSettings(recipe: Recipe): { seed: number; shares: Recipe['shares'] } {
  return { seed: recipe.splitSeed ?? recipe.seed, shares: recipe.shares }
}

/** Null until the speeds were measured on this machine, in any project; how fast a network learns is measured when it is first asked for. */
async function forecastSeconds(
  context: StudioContext,
  recipe: Recipe,
  plan: TrainingPlan,
  { source, missing }: { readonly source: TrainingSource; readonly missing: readonly Missing[] },
): Promise<number | null> {
  const seconds = missing.map(({ features, hashes }) =>
    hashes.length === 0 ? 0 : extractionSeconds(context, hashes.length, recipe, features),
  )
  seconds.push(await trainingSeconds(context, recipe, plan, source))
  return seconds.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0)
}

/** The whole network is slower than a part of it, so that its speed will do where that of the part is not known. */
function extractionSeconds(context: StudioContext, images: number, { backbone }: Recipe, features: BackboneFiles): number | null {
  const catalog = readCatalog(context.resourcesDir)
  const perSecond = expectExtraction(context, catalog, speedName(features)) ?? expectExtraction(context, catalog, backbone)
  return perSecond === null ? null : images / perSecond
}

/** Null where it is not known and cannot be measured now. */
async function trainingSeconds(
  context: StudioContext,
  recipe: Recipe,
  { parts, classes }: TrainingPlan,
  source: TrainingSource,
): Promise<number | null> {
  const { network, deeper } = source
  if (network === null) {
    const perSecond = readSpeed(context, headSpeed)
    return perSecond === null ? null : (parts.train * classes.length * recipe.epochs) / perSecond
  }
  const choice = trainingEngineChoice(context, context.settings().training)
  const { engine } = await context.workers.training.request('expectTraining', choice)
  const perSecond = async (learns: NetworkStart, features: BackboneFiles): Promise<number | null> => {
    const name = networkSpeed(source, features, engine)
    const { batchNorm } = source
    return readSpeed(context, name) ?? (await measureSpeed(context, recipe, { parts, classes, network: learns, batchNorm, name }))
  }
  const first = await perSecond(network, source.features)
  // The first head, and the answers for the test in the end, take about as long as an epoch.
  const seconds = first === null ? null : ((recipe.epochs + 1) * parts.train) / first
  if (deeper === null || seconds === null) return seconds
  const second = await perSecond({ kind: 'backbone', backbone: deeper.features }, deeper.features)
  return second === null ? null : seconds + (deeper.epochs * parts.train) / second
}

/** Photos of a step that is measured: a thousand of them may take minutes and more memory than there is, and one takes as long as in a step of fewer. */
const mostMeasured = 32

interface ToMeasure extends Pick<TrainingPlan, 'parts' | 'classes'> {
  readonly network: NetworkStart
  readonly batchNorm: TrainingSource['batchNorm']
  readonly name: string
}

/** Photos a second that a training with this recipe will learn from, validation included, by a few steps of it. Kept for the next question. */
async function measureSpeed(
  context: StudioContext,
  recipe: Recipe,
  { parts, classes, network, batchNorm, name }: ToMeasure,
): Promise<number | null> {
  // Beside a training both would be measured slower than they are.
  if (context.jobs.list().some((job) => job.kind === 'train' && isActive(job))) return null
  try {
    const { learnsPerSecond, answersPerSecond } = await context.workers.training.request('measureTraining', {
      network,
      engine: trainingEngineChoice(context, context.settings().training),
      batchSize: Math.min(recipe.batchSize, mostMeasured),
      classCount: classes.length,
      batchNorm,
    })
    const perSecond = parts.train / (parts.train / learnsPerSecond + parts.validation / answersPerSecond)
    recordSpeed(context, name, perSecond)
    return perSecond
  } catch (error) {
    // An engine that does not work is told when the training is started.
    context.log.info('a training could not be measured beforehand', { error: toWireError(error) })
    return null
  }
}
