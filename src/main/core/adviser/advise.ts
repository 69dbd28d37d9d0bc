import { fewestToAdvise } from '../../contract/adviser.ts'
import { isActive } from '../../contract/jobs.ts'
import { backboneFiles, defaultBackbone, readyBackbones } from '../backbones/backbone-files.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { labelsWithEnough } from '../splits/labels-with-enough.ts'
import { drawSample } from './draw-sample.ts'
import { writeScores, type ScoreRow } from './score-rows.ts'

/** The same photos give the same advice. */
const seed = 1

/** Starts the job, unless it runs or waits already; answers its id. Throws what `labelsWithEnough` throws, and `BACKBONE_MISSING`. */
export function startAdvising(context: StudioContext, project: OpenProject): string {
  const before = context.jobs.list().find((job) => job.kind === 'advise' && isActive(job))
  if (before !== undefined) return before.id
  const needs = drawSample(labelsWithEnough(project, fewestToAdvise).images).map(({ imageId }) => imageId)
  if (readyBackbones(context).length === 0) backboneFiles(context, defaultBackbone(context.resourcesDir))
  return context.jobs.start('advise', { lane: 'advise', needs }, advise(context, project)).id
}

/** The job: every network looks at the same photos and is judged by them; what is found is written in one transaction. Cancelled, the advice before stays. */
function advise(context: StudioContext, project: OpenProject): JobBody {
  return async (job) => {
    const { images, classIds } = labelsWithEnough(project, fewestToAdvise)
    const sample = drawSample(images)
    const scoredAtMs = context.clock()
    const indexOf = new Map(classIds.map((id, index) => [id, index]))
    const rows = sample.map(({ hash, classId }) => ({ hash, classIndex: indexOf.get(classId)! }))
    const hashes = rows.map(({ hash }) => hash)
    const networks = readyBackbones(context)
    const scores: ScoreRow[] = []
    for (const [place, backbone] of networks.entries()) {
      // Photos looked at, over all networks: one that has seen them before is done at once.
      const total = networks.length * hashes.length
      await extractFeatures(context, project, backbone, hashes, {
        signal: job.signal,
        onProgress: (done, missing) => job.progress('extracting', (place + 1) * hashes.length - missing + done, total),
      })
      job.progress('extracting', (place + 1) * hashes.length, total)
      const cache = featureCache(project, backbone)
      const input = { cache, classCount: classIds.length, rows, seed }
      const { probeRight, neighboursRight, logEvidence } = await context.workers.training.request('scoreFeatures', input, {
        signal: job.signal,
      })
      const probe = probeRight.map((isRight) => (isRight ? '1' : '0')).join('')
      scores.push({ backbone: backbone.id, scoredAtMs, probe, neighboursRight, logEvidence })
    }
    // A cancel that crossed the worker's answer under way still changes nothing.
    job.signal.throwIfAborted()
    writeScores(project.db, scores)
    context.changed('advice')
    return { kind: 'advise', networks: scores.length }
  }
}
