import type { OpenProject, StudioContext } from '../context.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { gatherPhotos } from './gather-photos.ts'
import { countByClass, newestSuggestions, type NewestSuggestions } from './newest-suggestions.ts'

export type Judged =
  | { readonly state: 'judged'; readonly suggestions: NewestSuggestions }
  /** Fewer than two classes have enough labelled photos. */
  | { readonly state: 'too-few-labels' }
  /** They have, but no network has looked at enough of them. */
  | { readonly state: 'needs-features' }

/** More than anybody labels before photos are judged anew. */
const usefulAtMost = 100

export interface JudgeOptions {
  readonly signal: AbortSignal
  readonly onProgress: () => void
}

/**
 * Has the worker train a head on the labelled photos and judge all others. This process only hands over what is read in small pieces. Throws
 * `BACKBONE_MISSING`, `CANCELLED`, `WORKER_DIED` and what else the worker throws.
 */
export async function judgePhotos(context: StudioContext, project: OpenProject, { signal, onProgress }: JudgeOptions): Promise<Judged> {
  const startedAtMs = context.clock()
  const backbone = projectBackbone(context, project)
  const gathered = await gatherPhotos(project.db, signal)
  if (gathered === null) return { state: 'too-few-labels' }
  const { classIds, labelled, labelledCount, ids, hashes } = gathered
  const answers = await context.workers.training.request(
    'suggest',
    {
      cache: featureCache(project, backbone),
      classCount: classIds.length,
      labelled,
      unlabelled: hashes,
      useful: usefulAtMost,
      seed: labelledCount,
    },
    { signal, onEvent: onProgress },
  )
  if (answers === null) return { state: 'needs-features' }
  const madeAtMs = context.clock()
  const version = (newestSuggestions(project.db)?.version ?? 0) + 1
  const photosOfClass = countByClass(answers.best, classIds.length)
  const seconds = (madeAtMs - startedAtMs) / 1000
  return { state: 'judged', suggestions: { version, classIds, ids, answers, photosOfClass, labelledCount, madeAtMs, seconds } }
}
