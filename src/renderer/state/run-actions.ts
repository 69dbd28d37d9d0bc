import type { AskedRecipe, Recipe, RunSummary } from '../../main/contract/runs.ts'
import { compareWords } from '../text/compare.ts'
import { trainWords } from '../text/train.ts'
import type { Studio } from './studio.svelte.ts'

/** What a person writes of a run. */
export type Annotation = Partial<Pick<RunSummary, 'name' | 'notes' | 'tags' | 'pinned'>>

/** So many runs are written or deleted at a time: the studio puts what comes together into one step on the disk. */
const atOnce = 32

/**
 * Writes what `annotationOf` says of each run, and shows it before the list of runs is read again: also what was written before a run
 * that could not be.
 */
export async function annotateRuns<Run extends Pick<RunSummary, 'id'>>(
  studio: Studio,
  runs: readonly Run[],
  annotationOf: (run: Run) => Annotation,
): Promise<void> {
  const written = new Map<string, RunSummary>()
  try {
    await together(runs, async (run) => {
      written.set(run.id, await studio.client.runs.annotate({ run: run.id, ...annotationOf(run) }))
    })
  } finally {
    studio.runs.revise((all) => all.map((each) => written.get(each.id) ?? each))
  }
}

/**
 * Deletes runs in their order and tells of each one that is gone. `stop` ends it: what has been asked for by then is still deleted, a frame's
 * worth, and nothing after it. Rejects with the first failure.
 */
export async function deleteRuns(
  studio: Studio,
  runs: readonly RunSummary[],
  { stop, onDeleted }: { readonly stop: AbortSignal; readonly onDeleted: (id: string) => void },
): Promise<void> {
  const gone = new Set<string>()
  const remove = async ({ id }: RunSummary): Promise<void> => {
    await studio.client.runs.delete({ run: id })
    gone.add(id)
    onDeleted(id)
  }
  try {
    await together(runs, remove, stop)
  } finally {
    studio.runs.revise((all) => all.filter(({ id }) => !gone.has(id)))
  }
}

/** Does the work for all runs, `atOnce` at a time, in their order. Ends with the batch in which one fails, which it rejects with, or `stop` comes. */
async function together<Run>(runs: readonly Run[], work: (run: Run) => Promise<void>, stop?: AbortSignal): Promise<void> {
  for (let from = 0; from < runs.length && stop?.aborted !== true; from += atOnce) {
    const results = await Promise.allSettled(runs.slice(from, from + atOnce).map(work))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

/** Starts a training; it comes up in the shelf and in every list of runs. What is absent from the recipe takes its default. Answers the run's id. */
export async function startTraining(studio: Studio, recipe: Partial<AskedRecipe>): Promise<string> {
  const { runId, jobId } = await studio.client.runs.start({ recipe })
  studio.jobs.watch(jobId)
  await studio.runs.reload()
  return runId
}

/** Lets paused runs go on: those that are named, else all. */
export async function resumeRuns(studio: Studio, runs?: readonly string[]): Promise<void> {
  try {
    const started = await studio.client.sweeps.resume(runs === undefined ? {} : { runs: [...runs] })
    for (const { jobId } of started) studio.jobs.watch(jobId)
  } finally {
    // Also where one of them could not.
    await Promise.all([studio.jobs.refresh(), studio.runs.reload()])
  }
}

/** Starts a training and goes where it can be watched. */
export async function trainAndShow(studio: Studio, recipe: Partial<AskedRecipe>, page: 'train' | 'run' = 'train'): Promise<void> {
  const run = await startTraining(studio, recipe)
  studio.navigation.go({ page, run })
}

/** The same training once more, as a run of its own. */
export async function repeatRun(studio: Studio, run: RunSummary): Promise<void> {
  const id = await startTraining(studio, run.recipe)
  studio.toasts.done(compareWords.repeated(trainWords.runName(run.number)), {
    name: compareWords.show,
    run: () => studio.navigation.go({ page: 'run', run: id }),
  })
}

/** The recipe of `run` on the photos of `base`: parts are drawn by seed and shares, so those of the other one are taken. */
export function recipeOnPhotosOf(base: RunSummary, { recipe }: RunSummary): Recipe {
  return { ...recipe, splitSeed: base.recipe.splitSeed ?? base.recipe.seed, shares: base.recipe.shares }
}

/**
 * Which of two runs that cannot be compared are to be trained again so that they can. Where they draw the parts alike, the photos or labels
 * have changed since: then both must see what is there now.
 */
export function recipesToCompare(base: RunSummary, other: RunSummary): readonly Recipe[] {
  const moved = recipeOnPhotosOf(base, other)
  const { shares } = other.recipe
  const isDrawnAlike =
    moved.splitSeed === (other.recipe.splitSeed ?? other.recipe.seed) &&
    moved.shares.train === shares.train &&
    moved.shares.validation === shares.validation &&
    moved.shares.test === shares.test
  return isDrawnAlike ? [base.recipe, moved] : [moved]
}
