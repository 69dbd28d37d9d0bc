import type { Image } from '../../contract/images.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { readImagesById } from '../images/image-rows.ts'
import { readDoubtedImages, readImagesOfClass } from './doubt-rows.ts'

/** Images of a class that are compared: they are read from the disk for every photo that is looked at, 5 kB each. */
const comparedAtMost = 1000

/**
 * The images of each class that look most like `hash`, without those whose own label is in doubt: they are there to show what the class looks like. A
 * class none of whose images has been looked at by the network has none. Throws `BACKBONE_MISSING`, `CANCELLED` and what the worker throws.
 */
export async function similarOfClasses(
  context: StudioContext,
  project: OpenProject,
  { hash, classIds, limit }: { readonly hash: string; readonly classIds: readonly number[]; readonly limit: number },
  signal?: AbortSignal,
): Promise<{ classId: number; images: Image[] }[]> {
  const cache = featureCache(project, projectBackbone(context, project))
  const doubted = readDoubtedImages(project.db)
  const similar = async (classId: number): Promise<{ classId: number; images: Image[] }> => {
    const candidates = readImagesOfClass(project.db, classId, comparedAtMost).filter((each) => each.hash !== hash && !doubted.has(each.id))
    const hashes = candidates.map((each) => each.hash)
    const answer = await context.workers.training.request('rankSimilar', { cache, hash, hashes, atMost: limit }, { signal })
    const ids = answer.state === 'ranked' ? Uint32Array.from(answer.order, (place) => candidates[place]!.id) : new Uint32Array()
    return { classId, images: readImagesById(project.db, ids) }
  }
  return Promise.all(classIds.map(similar))
}
