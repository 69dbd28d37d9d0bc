import { StudioError } from '../../contract/errors.ts'
import type { Part } from '../../contract/ids.ts'
import type { RunSummary } from '../../contract/runs.ts'
import { fewestForForeign, type ForeignCheck } from '../../contract/sureness.ts'
import type { LearnedPhotos } from '../../contract/worker/nearness-task.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { readSplit } from '../splits/make-split.ts'
import { writeForeignCheck } from './answering-rows.ts'
import { networkOfRun } from './run-network.ts'
import { readFinishedRun, readRun } from './run-rows.ts'

/** More are compared with by no photo: each costs an answer a microsecond and 5 KB of memory. */
const learnedAtMost = 5000

/** What photos are compared with to tell foreign ones: those that the run has learned from, or so many of them that lie evenly among all. */
export function learnedPhotos(project: OpenProject, backbone: BackboneFiles, run: RunSummary): LearnedPhotos {
  const learned = hashesOf(project, run, 'train')
  const step = Math.max(1, learned.length / learnedAtMost)
  const hashes = Array.from({ length: Math.min(learned.length, learnedAtMost) }, (_, index) => learned[Math.floor(index * step)]!)
  return { cache: featureCache(project, backbone), hashes }
}

function hashesOf({ db }: OpenProject, run: RunSummary, part: Part): string[] {
  return readSplit(db, run.splitId)
    .members.filter((member) => member.part === part)
    .map(({ hash }) => hash)
}

/**
 * Lets a run say none of these of photos that look less like a learned one than all but `ofHundred` of 100 of its validation photos do; null: no more. The test
 * photos have no say in it and tell what it costs. Features that are missing are extracted first. Throws `RUN_NOT_FOUND`, `RUN_NOT_FINISHED`, `BACKBONE_MISSING`, what `extractFeatures` throws, or `INVALID_INPUT` where that cannot be told.
 */
export async function refuseForeign(context: StudioContext, reference: string, ofHundred: number | null): Promise<RunSummary> {
  const project = context.project()
  const run = readFinishedRun(project.db, reference)
  writeForeignCheck(project.db, run.id, ofHundred === null ? null : await findCheck(context, project, run, ofHundred))
  context.changed('runs')
  return readRun(project.db, run.id)
}

async function findCheck(context: StudioContext, project: OpenProject, run: RunSummary, ofHundred: number): Promise<ForeignCheck> {
  if (run.network !== null)
    throw new StudioError('INVALID_INPUT', {
      reason: `run ${run.number} has trained its own network, for which no features of photos are kept`,
    })
  const backbone = networkOfRun(context, project, run)
  const learned = learnedPhotos(project, backbone, run)
  const asked = [...hashesOf(project, run, 'validation'), ...hashesOf(project, run, 'test')]
  await extractFeatures(context, project, backbone, [...learned.hashes, ...asked])
  const nearness = async (part: Part): Promise<number[]> => {
    const found = await context.workers.training.request('nearness', { learned, asked: hashesOf(project, run, part) })
    return found.filter((each) => each !== null)
  }
  const own = (await nearness('validation')).toSorted((a, b) => a - b)
  if (own.length < fewestForForeign)
    throw new StudioError('INVALID_INPUT', {
      reason: `run ${run.number} has ${own.length} validation photos that can be compared; refusing foreign photos takes at least ${fewestForForeign}`,
    })
  const limit = own[Math.floor((own.length * ofHundred) / 100)]!
  const tested = await nearness('test')
  const refused = tested.filter((each) => each < limit).length
  const test = tested.length === 0 ? null : wilsonInterval(refused, tested.length)
  return { ofHundred, nearness: limit, photos: own.length, test }
}
