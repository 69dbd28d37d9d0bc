import { randomInt } from 'node:crypto'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import type { AskedRecipe, Recipe } from '../../contract/runs.ts'
import { featuresKey } from '../../contract/worker/training-tasks.ts'
import { defaultBackbone } from '../backbones/backbone-files.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { makeSplit, type Split } from '../splits/make-split.ts'
import { studioVersion } from '../studio-version.ts'
import { missingForTraining, requireRoom, type Missing } from './extract-for-training.ts'
import { splitSettings } from './plan-training.ts'
import { recipeName } from './recipe-name.ts'
import { insertRun } from './run-rows.ts'
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
    const source = sources.get(sourceName) ?? (await trainingSource(context, recipe))
    sources.set(sourceName, source)
    const splitName = JSON.stringify(settings)
    const split = splits.get(splitName) ?? makeSplit(project.db, { ...settings, clock: context.clock })
    splits.set(splitName, split)
    // Every labelled photo is in each split, and what is extracted of it depends on the recipe alone.
    if (!isKnown) for (const each of await missingForTraining(context, project, source, split.members)) missing.set(featuresKey(each.features), each)
    prepared.push({ recipe, split, source })
  }
  await requireRoom(project, [...missing.values()])
  return prepared
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
