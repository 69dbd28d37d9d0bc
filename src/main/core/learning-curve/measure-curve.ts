import { isActive } from '../../contract/jobs.ts'
import { fewestToFollow, morePhotos } from '../../contract/learning-curve.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { labelsWithEnough } from '../splits/labels-with-enough.ts'
import { writeLearningCurve } from './curve-rows.ts'

/** The same photos give the same forecast. */
const seed = 1

/** Starts the job, unless it runs or waits already; answers its id. Throws what `labelsWithEnough` throws, and `BACKBONE_MISSING`. */
export function startMeasuring(context: StudioContext, project: OpenProject): string {
  const before = context.jobs.list().find((job) => job.kind === 'learning-curve' && isActive(job))
  if (before !== undefined) return before.id
  const { images } = labelsWithEnough(project, fewestToFollow)
  projectBackbone(context, project)
  const needs = images.map(({ imageId }) => imageId)
  return context.jobs.start('learning-curve', { lane: 'learning-curve', needs }, measureCurve(context, project)).id
}

/** The job: what the network has not looked at yet, then the curves, then what they say in one transaction. Cancelled, what was known before stays. */
function measureCurve(context: StudioContext, project: OpenProject): JobBody {
  return async (job) => {
    const { images, classIds, leftOut } = labelsWithEnough(project, fewestToFollow)
    const measuredAtMs = context.clock()
    const backbone = projectBackbone(context, project)
    const hashes = images.map(({ hash }) => hash)
    await extractFeatures(context, project, backbone, hashes, {
      signal: job.signal,
      onProgress: (done, total) => job.progress('extracting', done, total),
    })
    job.progress('relearning', 0, null)
    const indexOf = new Map(classIds.map((id, index) => [id, index]))
    const { all, classes } = await context.workers.training.request(
      'learningCurve',
      {
        cache: featureCache(project, backbone),
        classCount: classIds.length,
        rows: images.map(({ hash, classId, groupId }) => ({ hash, classIndex: indexOf.get(classId)!, groupId })),
        more: morePhotos,
        seed,
      },
      { signal: job.signal, onEvent: ({ done, total }) => job.progress('relearning', done, total) },
    )
    // A cancel that crossed the worker's answer under way still changes nothing.
    job.signal.throwIfAborted()
    writeLearningCurve(project.db, { measuredAtMs, backbone: backbone.id, leftOut }, [
      { classId: null, ...all },
      ...classes.map(({ classIndex, ...gain }) => ({ classId: classIds[classIndex]!, ...gain })),
    ])
    context.changed('learning-curve')
    return { kind: 'learning-curve', images: images.length }
  }
}
