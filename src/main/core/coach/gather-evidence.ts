import type { Database } from 'better-sqlite3'
import { fromWireError } from '../../contract/errors.ts'
import { isDamaged, type RunSummary } from '../../contract/runs.ts'
import { countDoubts, countLabelsSince, countOpenDoubts, readLabelCheck } from '../doubts/doubt-rows.ts'
import { confusionMatrix } from '../metrics/confusion-matrix.ts'
import { shownGroups } from '../similar/look-alike-groups.ts'
import { readSplitClasses } from '../splits/split-rows.ts'
import { gatherAnswers } from '../training/evaluate-run.ts'
import { readEpochs, readRun } from '../training/run-rows.ts'
import type { Evidence } from './evidence.ts'
import { countMembers, readPartsOf } from './evidence-rows.ts'

/**
 * What the coach looks at. Of a run that trains those are its curves and the sizes of its parts, which takes a millisecond with every epoch; labels and
 * look-alikes are looked at once it has ended. Throws `RUN_NOT_FOUND` or `RUN_DAMAGED`.
 */
export function gatherEvidence(db: Database, reference: string): Evidence {
  const run = readRun(db, reference)
  if (run.error !== null && isDamaged(run)) throw fromWireError(run.error)
  const ended = endedOf(run)
  return {
    epochs: readEpochs(db, run.id),
    recipe: run.recipe,
    ended,
    classes: countClasses(db, run.splitId),
    confusion: run.test === null ? null : countAnswers(db, run),
    labelCheck: ended === 'running' ? null : gatherCheck(db),
    lookAlikes: ended === 'running' ? { sure: 0, perhaps: 0 } : countLookAlikes(db, run.splitId),
  }
}

function endedOf({ state, error, endedBecause }: RunSummary): Evidence['ended'] {
  switch (state) {
    case 'queued':
    case 'running':
    case 'paused':
      return 'running'
    case 'failed':
      return error?.code === 'TRAINING_DIVERGED' ? 'diverged' : 'broken-off'
    case 'interrupted':
      return 'broken-off'
    case 'finished':
    case 'stopped':
      return endedBecause ?? 'broken-off'
    default:
      return state satisfies never
  }
}

function countClasses(db: Database, splitId: number): Evidence['classes'] {
  const counts = countMembers(db, splitId)
  return readSplitClasses(db, splitId).map(({ id, name }) => {
    const own = Object.fromEntries(counts.filter(({ classId }) => classId === id).map(({ part, images }) => [part, images]))
    return { id, name, train: own['train'] ?? 0, validation: own['validation'] ?? 0, test: own['test'] ?? 0 }
  })
}

/** Of the validation photos alone: the coach says what to train next, and test photos choose nothing. */
function countAnswers(db: Database, run: RunSummary): number[][] {
  const { labels, predicted, classes } = gatherAnswers(db, run, 'validation')
  const counts = confusionMatrix(labels, predicted, classes.length)
  return classes.map((_, row) => classes.map((__, column) => counts[row * classes.length + column] ?? 0))
}

/** After so many other labels, as a share of those that were checked, a check says little of the labels that there are. */
const staleFrom = 0.1

/** What of the check is still to be decided: what somebody has looked at is wrong no more. */
function gatherCheck(db: Database): Evidence['labelCheck'] {
  const check = readLabelCheck(db)
  if (check === null) return null
  const listed = countOpenDoubts(db)
  const decided = countDoubts(db) - listed
  if (countLabelsSince(db, check.checkedAtMs) - decided > staleFrom * check.images) return null
  return { images: check.images, estimatedWrong: Math.max(0, check.estimatedWrong - decided), listed }
}

/** Images that measure the run with a look-alike among those that it learned from, of groups that nobody has decided about. */
function countLookAlikes(db: Database, splitId: number): Evidence['lookAlikes'] {
  const groups = shownGroups(db)
  const parts = readPartsOf(
    db,
    splitId,
    [...groups.sure, ...groups.perhaps].flatMap(({ imageIds }) => imageIds),
  )
  const measuring = (some: typeof groups.sure): number[] =>
    some.flatMap(({ imageIds }) => {
      const isLearned = imageIds.some((id) => parts.get(id) === 'train')
      return isLearned ? imageIds.filter((id) => (parts.get(id) ?? 'train') !== 'train') : []
    })
  const sure = new Set(measuring(groups.sure))
  const perhaps = new Set(measuring(groups.perhaps).filter((id) => !sure.has(id)))
  return { sure: sure.size, perhaps: perhaps.size }
}
