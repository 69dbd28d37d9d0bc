import { fewestToCheck } from '../../contract/doubts.ts'
import { StudioError } from '../../contract/errors.ts'
import { isActive } from '../../contract/jobs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { readClassNames } from '../labels/class-rows.ts'
import { countUnits } from '../splits/assign-parts.ts'
import { readGroupedImages, type GroupedImage } from '../splits/grouped-images.ts'
import { writeLabelCheck } from './doubt-rows.ts'

/** The same labels are judged the same each time. */
const seed = 1

/** What can be checked of the labels as they are. */
interface LabelsToCheck {
  readonly images: readonly GroupedImage[]
  /** Ids, in the order of the indices that the worker is told. */
  readonly classIds: readonly number[]
  /** Ids of classes with too few images. */
  readonly leftOut: readonly number[]
}

/** @throws NO_LABELS, ONE_CLASS_ONLY, TOO_FEW_TO_CHECK */
export function labelsToCheck({ db }: Pick<OpenProject, 'db'>): LabelsToCheck {
  const all = readGroupedImages(db)
  if (all.length === 0) throw new StudioError('NO_LABELS', {})
  const units = countUnits(all)
  const used = readClassNames(db).filter(({ id }) => units.has(id))
  const [only] = used
  if (only !== undefined && used.length === 1) throw new StudioError('ONE_CLASS_ONLY', { class: only.name })
  const classIds = used.filter(({ id }) => (units.get(id) ?? 0) >= fewestToCheck).map(({ id }) => id)
  if (classIds.length < 2) throw new StudioError('TOO_FEW_TO_CHECK', { classes: classIds.length, needed: fewestToCheck })
  const checked = new Set(classIds)
  return {
    images: all.filter(({ classId }) => checked.has(classId)),
    classIds,
    leftOut: used.filter(({ id }) => !checked.has(id)).map(({ id }) => id),
  }
}

/** Starts the job, unless it runs or waits already; answers its id. Throws what `labelsToCheck` throws, and `BACKBONE_MISSING`. */
export function startCheck(context: StudioContext, project: OpenProject): string {
  const before = context.jobs.list().find((job) => job.kind === 'check-labels' && isActive(job))
  if (before !== undefined) return before.id
  const { images } = labelsToCheck(project)
  projectBackbone(context, project)
  const needs = images.map(({ imageId }) => imageId)
  return context.jobs.start('check-labels', { lane: 'check-labels', needs }, checkLabels(context, project)).id
}

/** The job: what the network has not looked at yet, then the check, then its result in one transaction. Cancelled, the result before stays. */
function checkLabels(context: StudioContext, project: OpenProject): JobBody {
  return async (job) => {
    const { images, classIds, leftOut } = labelsToCheck(project)
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
