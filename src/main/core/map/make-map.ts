import { mappedAtMost } from '../../contract/map.ts'
import { featuresKey } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { readErasedHashes } from '../images/erased-rows.ts'
import { readShownHashes } from '../images/image-list-rows.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { withoutPhotos, writeMap } from './map-file.ts'

/**
 * The job: lets the network look at the photos that it has not seen yet, lays them out, and keeps the map in the project, without photos that were deleted for
 * good meanwhile. Cancelled, the map from before stays. Throws what the extraction throws.
 */
export function makeMap(context: StudioContext, project: OpenProject): JobBody {
  return async ({ signal, progress }) => {
    const backbone = projectBackbone(context, project)
    const all = readShownHashes(project.db)
    // A hash is as good as a drawn number, and the same photos are drawn each time.
    const drawn = all.length <= mappedAtMost ? all : all.toSorted().slice(0, mappedAtMost)
    const onProgress = (done: number, total: number): void => progress('extracting', done, total)
    await extractFeatures(context, project, backbone, drawn, { signal, onProgress })
    const steps = { reading: 'comparing', comparing: 'comparing', placing: 'placing' } as const
    const { hashes, positions } = await context.workers.training.request(
      'layOutMap',
      { cache: featureCache(project, backbone), hashes: drawn },
      {
        signal,
        // Read and compared: one bar that goes on.
        onEvent: ({ step, done, total }) =>
          step === 'placing'
            ? progress('placing', done, total)
            : progress(steps[step], Math.floor((step === 'reading' ? done : total + done) / 2), total),
      },
    )
    signal.throwIfAborted()
    const made = {
      version: 1 as const,
      madeAtMs: context.clock(),
      featuresKey: featuresKey(backbone),
      isSample: all.length > drawn.length,
      hashes: [...hashes],
      positions: Buffer.from(positions.buffer, positions.byteOffset, positions.byteLength).toString('base64'),
    }
    // Between this look and the writing nobody else has a turn.
    const left = withoutPhotos(made, readErasedHashes(project.db))
    writeMap(project.files, left)
    context.changed('images')
    return { kind: 'map', images: left.hashes.length }
  }
}
