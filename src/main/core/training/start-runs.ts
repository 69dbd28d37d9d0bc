import { randomInt } from 'node:crypto'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import { StudioError } from '../../contract/errors.ts'
import { isActive } from '../../contract/jobs.ts'
import type { AskedRecipe, Recipe } from '../../contract/runs.ts'
import { featuresKey } from '../../contract/worker/training-tasks.ts'
import { defaultBackbone } from '../backbones/backbone-files.ts'
import { knownBackbone } from '../backbones/known-backbones.ts'
import { keepInProject } from '../backbones/own-networks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { makeSplit, readSplit, type Split } from '../splits/make-split.ts'
import { studioVersion } from '../studio-version.ts'
import { missingForTraining, requireRoom, type Missing } from './extract-for-training.ts'
import { splitSettings } from './plan-training.ts'
import { recipeName } from './recipe-name.ts'
import { insertRun, listRuns, markPaused, markWaiting, readRun, readWantedEngine } from './run-rows.ts'
import { settleUnstarted, trainRun, type Training } from './train-run.ts'
import { trainingSource, type TrainingSource } from './training-source.ts'

export interface StartedRun {
  readonly runId: string
  readonly jobId: string
}

export function wholeRecipe({ resourcesDir }: StudioContext, asked: AskedRecipe): Recipe {
  return { ...asked, backbone: asked.backbone ?? defaultBackbone(resourcesDir) }
}

/** A training that can begin. */
interface Prepared {
  readonly recipe: Recipe
  readonly split: Split
  readonly source: TrainingSource
}

/**
 * Starts trainings, all of them or none, one after the other in this order. Throws why one of them cannot start: what `trainingSource`, `makeSplit` and
 * `requireRoom` throw.
 */
export async function startRuns(
  context: StudioContext,
  project: OpenProject,
  recipes: readonly Recipe[],
  engine: TrainingEngineWanted = context.settings().training,
): Promise<StartedRun[]> {
  const prepared = await prepare(context, project, recipes)
  const runs = project.db
    .transaction(() =>
      prepared.map(({ recipe, split, source }) =>
        insertRun(project.db, {
          id: newRunId(),
          splitId: split.id,
          recipe,
          backboneHash: source.hash,
          versions: { graft: studioVersion, node: process.versions.node },
          createdAtMs: context.clock(),
          wantedEngine: engine,
        }),
      ),
    )
    .immediate()
  const started = prepared.map(({ split, source }, index) => enqueue(context, { project, run: runs[index]!, split, source, engine }))
  context.changed('runs')
  return started
}

/** What is the same for several recipes is made once. */
async function prepare(context: StudioContext, project: OpenProject, recipes: readonly Recipe[]): Promise<readonly Prepared[]> {
  const splits = new Map<string, Split>()
  const sources = new Map<string, TrainingSource>()
  const missing = new Map<string, Missing>()
  const prepared: Prepared[] = []
  for (const recipe of recipes) {
    const settings = splitSettings(recipe)
    const sourceName = recipeName(recipe)
    const isKnown = sources.has(sourceName)
    const source = sources.get(sourceName) ?? (await keptSource(context, project, recipe))
    sources.set(sourceName, source)
    const splitName = JSON.stringify(settings)
    const split = splits.get(splitName) ?? makeSplit(project.db, { ...settings, clock: context.clock })
    splits.set(splitName, split)
    // Every labelled photo is in each split, and what is extracted of it depends on the recipe alone. Changed looks are of the photos to learn from:
    // of another split some more may be missing, which is found when it trains.
    if (!isKnown)
      for (const each of await missingForTraining(context, project, source, split.members)) missing.set(featuresKey(each.features), each)
    prepared.push({ recipe, split, source })
  }
  await requireRoom(project, [...missing.values()])
  return prepared
}

/** Lets runs rest that wait or are at work, and do not rest yet: those that are named, else all. Throws `RUN_NOT_FOUND`. */
export function pauseRuns(context: StudioContext, { db }: OpenProject, references: readonly string[] | undefined): void {
  const meant = references?.map((reference) => readRun(db, reference).id)
  const jobs = context.jobs.list().filter((job) => job.kind === 'train' && isActive(job) && (meant?.includes(job.runId ?? '') ?? true))
  // Those that wait first: what is at work ends, and none of them is to begin then.
  for (const { id, runId, state } of jobs) {
    if (state.state !== 'queued' || runId === null) continue
    markPaused(db, runId, context.clock())
    context.jobs.cancel(id)
  }
  for (const { id, state } of jobs) if (state.state === 'running') context.jobs.pause(id)
  context.changed('runs')
}

/**
 * Lets paused runs take their turns again, in the order of their numbers: those that are named, else all. Where one cannot go on because what it starts from
 * is not there any more, the others do, and that is thrown: `BACKBONE_MISSING` and what `trainingSource` throws; `RUN_NOT_FOUND`.
 */
export async function resumeRuns(
  context: StudioContext,
  project: OpenProject,
  references: readonly string[] | undefined,
): Promise<StartedRun[]> {
  const { db } = project
  const meant = references?.map((reference) => readRun(db, reference).id)
  const paused = listRuns(db).filter(({ id, state }) => state === 'paused' && (meant?.includes(id) ?? true))
  const started: StartedRun[] = []
  const failures: unknown[] = []
  for (const run of paused.toReversed()) {
    try {
      const source = await trainingSource(context, run.recipe)
      if (source.hash !== run.backboneHash) {
        const reason = 'the files here are not the ones it was begun with'
        throw new StudioError('BACKBONE_MISSING', { backbone: run.recipe.backbone, reason })
      }
      // Somebody else may have been quicker.
      if (!markWaiting(db, run.id)) continue
      const engine = readWantedEngine(db, run.id) ?? context.settings().training
      started.push(enqueue(context, { project, run: readRun(db, run.id), split: readSplit(db, run.splitId), source, engine }))
    } catch (error) {
      failures.push(error)
    }
  }
  context.changed('runs')
  if (failures.length > 0) throw failures[0]
  return started
}

/** What a run starts from. A network of one's own is kept with the project first, and taken from there. */
async function keptSource(context: StudioContext, project: OpenProject, recipe: Recipe): Promise<TrainingSource> {
  if (recipe.mode !== 'scratch') await keepInProject(project, knownBackbone(context, recipe.backbone))
  return trainingSource(context, recipe)
}

/** Lets a run that is written as waiting take its turn. */
function enqueue(context: StudioContext, training: Training): StartedRun {
  const { run } = training
  const job = context.jobs.start('train', { lane: 'training', runId: run.id }, trainRun(context, training))
  void context.jobs.finished(job.id).then(({ state }) => settleUnstarted(context, training, state.state === 'cancelled'))
  return { runId: run.id, jobId: job.id }
}

/** Without the letters and digits that people mistake for one another. */
const idAlphabet = '23456789abcdefghjkmnpqrstuvwxyz'
function newRunId(): string {
  return Array.from({ length: 8 }, () => idAlphabet[randomInt(idAlphabet.length)]).join('')
}
