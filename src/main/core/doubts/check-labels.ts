import { fewestToCheck } from '../../contract/doubts.ts'
import { isActive } from '../../contract/jobs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { labelsWithEnough } from '../splits/labels-with-enough.ts'
import { writeLabelCheck } from './doubt-rows.ts'

/** The same labels are judged the same each time. */
const seed = 1

/** Starts the job, unless it runs or waits already; answers its id. Throws what `labelsWithEnough` throws, and `BACKBONE_MISSING`. */
export function startCheck(context: StudioContext, project: OpenProject): string {
  const before = context.jobs.list().find((job) => job.kind === 'check-labels' && isActive(job))
  if (before !== undefined) return before.id
  const { images } = labelsWithEnough(project, fewestToCheck)
  projectBackbone(context, project)
  const needs = images.map(({ imageId }) => imageId)
  return context.jobs.start('check-labels', { lane: 'check-labels', needs }, checkLabels(context, project)).id
}

/** The job: what the network has not looked at yet, then the check, then its result in one transaction. Cancelled, the result before stays. */
function checkLabels(context: StudioContext, project: OpenProject): JobBody {
  return async (job) => {
    const { images, classIds, leftOut } = labelsWithEnough(project, fewestToCheck)
    const checkedAtMs = context.clock()
    const backbone = projectBackbone(context, project)
    const hashes = images.map(({ hash }) => hash)
    await extractFeatures(context, project, backbone, hashes, {
      signal: job.signal,
      onProgress: (done, total) => job.progress('extracting', done, total),
    })
    job.progress('checking', 0, null)
    const indexOf = new Map(classIds.map((id, index) => [id, index]))
    const { doubts, estimatedWrong } = await context.workers.training.request(
      'checkLabels',
      {
        cache: featureCache(project, backbone),
        classCount: classIds.length,
        rows: images.map(({ hash, classId, groupId }) => ({ hash, classIndex: indexOf.get(classId)!, groupId })),
        seed,
      },
      { signal: job.signal, onEvent: ({ done, total }) => job.progress('checking', done, total) },
    )
    // A cancel that crossed the worker's answer under way still changes nothing.
    job.signal.throwIfAborted()
    const imageOf = new Map(images.map((image) => [image.hash, image]))
    writeLabelCheck(
      project.db,
      { checkedAtMs, backbone: backbone.id, images: images.length, estimatedWrong, leftOut },
      doubts.map(({ hash, likely, certainty }) => {
        const { imageId, classId } = imageOf.get(hash)!
        return { imageId, classId, likelyId: classIds[likely]!, certainty }
      }),
    )
    context.changed('doubts')
    return { kind: 'check-labels', images: images.length, found: doubts.length }
  }
}
