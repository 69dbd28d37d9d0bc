import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { newestImageId, readComparable, readShownHashes } from '../images/image-list-rows.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { perhapsFrom } from './join-looks.ts'
import { writeComparison } from './likeness-rows.ts'

/**
 * The job: lets the network look at the images that it has not seen yet, compares all, and writes down which are close. Cancelled, what an earlier comparison found
 * stays. Throws what the extraction throws.
 */
export function compareFeatures(context: StudioContext, project: OpenProject): JobBody {
  return async ({ signal, progress }) => {
    const backbone = projectBackbone(context, project)
    const onProgress = (done: number, total: number): void => progress('extracting', done, total)
    await extractFeatures(context, project, backbone, readShownHashes(project.db), { signal, onProgress })
    const images = readComparable(project.db)
    const newestImage = newestImageId(project.db)
    const { pairs, similarity } = await context.workers.training.request(
      'nearPairs',
      { cache: featureCache(project, backbone), hashes: images.map(({ hash }) => hash), atLeast: perhapsFrom },
      { signal, onEvent: ({ done, total }) => progress('comparing', Math.floor(done / 2), Math.ceil(total / 2)) },
    )
    signal.throwIfAborted()
    const likenesses = Array.from(similarity, (cosine, pair) => ({
      imageId: images[pairs[2 * pair]!]!.id,
      otherId: images[pairs[2 * pair + 1]!]!.id,
      similarity: cosine,
    }))
    writeComparison(project.db, likenesses, { atMs: context.clock(), newestImage })
    context.changed('images')
    return { kind: 'compare', pairs: likenesses.length }
  }
}
