import type { TaskContext } from '../contract/worker/protocol.ts'
import type { BackboneFiles, TrainingTasks } from '../contract/worker/training-tasks.ts'
import type { FeatureFile, FeatureRow } from './feature-file.ts'
import type { LaneInput } from './lane.ts'
import type { LaneSet } from './lane-keeper.ts'
import { batchesPerLane } from './lanes.ts'

type Task = TrainingTasks['extract']

/** Working copies that travel to a lane together: so many that messages cost nothing, so few that the lanes end together. */
const imagesPerBatch = 8

/**
 * The task `extract`: features of all images, or of their looks of `variation`, that `file` has none of yet, appended batch by batch. `done` counts the images that are
 * settled, with those that were there already. Cancelled, it keeps what is under way. Throws what `Lanes.run` and `FeatureFile.append` throw.
 */
export async function extractFeatures(
  images: Task['input']['images'],
  file: FeatureFile,
  lanes: LaneSet,
  variation: BackboneFiles['variation'],
  { signal, emit }: Pick<TaskContext<Task['event']>, 'signal' | 'emit'>,
): Promise<Task['result']> {
  const startedAt = performance.now()
  const missing = [...new Map(images.map((image) => [image.hash, image])).values()].filter(({ hash }) => !file.has(hash))
  const perBatch = Math.max(1, Math.min(imagesPerBatch, Math.ceil(missing.length / lanes.count)))
  let next = 0
  let extracted = 0
  let done = images.length - missing.length
  let failed = false
  if (done > 0) emit({ done, failed: [] })

  const inputOf = ({ hash, workingCopy: path }: (typeof missing)[number]): LaneInput =>
    variation === undefined ? path : { path, hash, changes: variation.changes, variant: variation.variant }
  const takeBatches = async (): Promise<void> => {
    while (next < missing.length && !signal.aborted && !failed) {
      const batch = missing.slice(next, next + perBatch)
      next += batch.length
      const { features, unreadable } = await lanes.run(batch.map(inputOf))
      const reasons = new Map(unreadable.map(({ at, reason }) => [at, reason]))
      const rows: FeatureRow[] = []
      const failures: { hash: string; reason: string }[] = []
      batch.forEach(({ hash }, at) => {
        const reason = reasons.get(at)
        if (reason === undefined) rows.push({ hash, features: features.subarray(at * file.dim, (at + 1) * file.dim) })
        else failures.push({ hash, reason })
      })
      file.append(rows)
      extracted += rows.length
      done += batch.length
      emit({ done, failed: failures })
    }
  }
  const runners = Array.from({ length: lanes.count * batchesPerLane }, () =>
    takeBatches().catch((error: unknown) => {
      failed = true
      throw error
    }),
  )
  for (const end of await Promise.allSettled(runners)) if (end.status === 'rejected') throw end.reason
  signal.throwIfAborted()
  return { extracted, seconds: (performance.now() - startedAt) / 1000, engine: lanes.engine }
}
