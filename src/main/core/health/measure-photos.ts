import type { OpenProject, StudioContext } from '../context.ts'
import { workingCopyFile } from '../images/photo-files.ts'
import { sentName } from '../images/sent-name.ts'
import type { JobBody } from '../jobs/job-queue.ts'
import { countUnmeasured, keepMeasured, readUnmeasured, type UnmeasuredImage } from './measure-rows.ts'

/** Photos of one request and one transaction: a cancel or a dead process costs no more than these. */
const photosAtOnce = 64

/** So that photos are not measured twice at a time. */
export const measureLane = 'measure-photos'

/**
 * The job that measures the photos which no import has measured, from their working copies. What was measured stays measured when it is
 * cancelled, and the next one goes on. A copy that cannot be read is passed over.
 */
export function measurePhotos(context: StudioContext, project: OpenProject): JobBody {
  return async (job) => {
    const { db } = project
    const total = countUnmeasured(db)
    let done = 0
    let images = 0
    job.progress('inspecting', 0, total)
    for (let part = readUnmeasured(db, 0, photosAtOnce); part.length > 0; part = readUnmeasured(db, part.at(-1)!.id, photosAtOnce)) {
      images += await measurePart(context, project, part, job.signal)
      done += part.length
      job.progress('inspecting', done, Math.max(total, done))
    }
    context.changed('images')
    return { kind: 'measure-photos', images, unreadable: done - images }
  }
}

/** Answers how many were measured. Those that were when it is cancelled are kept. */
async function measurePart(
  context: StudioContext,
  { db, files }: OpenProject,
  part: readonly UnmeasuredImage[],
  signal: AbortSignal,
): Promise<number> {
  const copies = part.map((image, index) => ({ index, path: workingCopyFile(files, image.hash), original: originalOf(image) }))
  const keep: (() => void)[] = []
  try {
    await context.workers.image.request(
      'measure',
      { copies },
      {
        signal,
        onEvent: (event) => {
          if (event.state === 'measured') keep.push(() => keepMeasured(db, part[event.index]!.id, event.measure, event.taken))
        },
      },
    )
  } finally {
    db.transaction(() => {
      for (const each of keep) each()
    }).immediate()
  }
  return keep.length
}

/** A file that was sent or pasted is gone when the studio ends. */
function originalOf({ sourcePath, sizeBytes, hash }: UnmeasuredImage) {
  return sourcePath === '' || sentName(sourcePath) !== null ? null : { path: sourcePath, sizeBytes, hash }
}
