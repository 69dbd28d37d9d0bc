import { StudioError } from '../../contract/errors.ts'
import { featuresKey, type BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { withoutErased } from '../images/erased-rows.ts'
import { workingCopyFile } from '../images/photo-files.ts'
import { remakeCopies, type LostCopy } from '../images/remake-copies.ts'
import { workOnImages } from '../images/work-on-images.ts'
import { extractionOptions } from './calibrations.ts'
import { featureCache } from './feature-caches.ts'
import { recordExtractor } from './extractor-rows.ts'
import { recordExtraction } from './speeds.ts'

export interface ExtractOptions {
  readonly signal?: AbortSignal | undefined
  /** `done` of the `total` images that were missing. */
  readonly onProgress?: (done: number, total: number) => void
}

export interface Extracted {
  readonly extracted: number
  /** Spent in the network; the start of the worker is not in it. */
  readonly seconds: number
}

/** Images of one request: enough to keep the network busy, few enough that a cancel is prompt and a dead worker costs little. */
const imagesPerRequest = 512
/** Fewer say more about the start of the engine than about its speed. */
const imagesForSpeed = 64

/** What the speed of an extraction is kept under: the backbone, and where it was cut. */
export function speedName({ id, cut, int8 }: BackboneFiles): string {
  if (int8 !== undefined) return `${id} in 8 bits`
  return cut === undefined ? id : `${id} to ${cut}`
}

/** Which of `hashes` have no features by this backbone yet, in their order. */
export async function missingFeatures(
  context: StudioContext,
  project: OpenProject,
  backbone: BackboneFiles,
  hashes: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (hashes.length === 0) return []
  const cache = featureCache(project, backbone)
  const { missing } = await context.workers.training.request('cached', { cache, hashes }, { signal })
  return missing
}

/**
 * Extracts what is missing, so that afterwards every image of `hashes` has its features, but for those that are deleted for good meanwhile. A working
 * copy that is gone or damaged is made again from its original first. Keeps the measured speed for forecasts.
 * @throws PICTURE_UNREADABLE when a picture is gone for good, CANCELLED, WORKER_DIED, DISK_FULL and what else the worker throws.
 */
export async function extractFeatures(
  context: StudioContext,
  project: OpenProject,
  backbone: BackboneFiles,
  hashes: readonly string[],
  options: ExtractOptions = {},
): Promise<Extracted> {
  const missing = await missingFeatures(context, project, backbone, hashes, options.signal)
  let extracted = 0
  let seconds = 0
  for (let from = 0; from < missing.length; from += imagesPerRequest) {
    const part = missing.slice(from, from + imagesPerRequest)
    const onDone = (done: number): void => options.onProgress?.(from + done, missing.length)
    const first = await extractPart(context, project, backbone, part, onDone, options.signal)
    extracted += first.extracted
    seconds += first.seconds
    if (first.failed.size === 0) continue
    extracted += await extractAgain(context, project, backbone, [...first.failed.keys()], options.signal)
  }
  if (extracted >= imagesForSpeed && seconds > 0) recordExtraction(context, speedName(backbone), extracted / seconds)
  return { extracted, seconds }
}

/**
 * Extracts `hashes` in one request, without those that were deleted for good; `failed` are those whose working copy could not be read, with the reason.
 */
export async function extractPart(
  context: StudioContext,
  project: OpenProject,
  backbone: BackboneFiles,
  hashes: readonly string[],
  onDone: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<Extracted & { readonly failed: ReadonlyMap<string, string> }> {
  const failed = new Map<string, string>()
  const there = withoutErased(project.db, hashes)
  const gone = hashes.length - there.length
  if (gone > 0) onDone(gone)
  if (there.length === 0) return { extracted: 0, seconds: 0, failed }
  const images = there.map((hash) => ({ hash, workingCopy: workingCopyFile(project.files, hash) }))
  const request = () =>
    context.workers.training.request(
      'extract',
      { backbone, cache: featureCache(project, backbone), images, ...extractionOptions(context, backbone) },
      {
        signal,
        onEvent: (event) => {
          for (const { hash, reason } of event.failed) failed.set(hash, reason)
          onDone(gone + event.done)
        },
      },
    )
  const { extracted, seconds, engine } = await workOnImages(project.db, there, request)
  if (engine !== null) recordExtractor(project.db, featuresKey(backbone), engine)
  return { extracted, seconds, failed }
}

async function extractAgain(
  context: StudioContext,
  project: OpenProject,
  backbone: BackboneFiles,
  failed: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const lost = new Map<string, LostCopy>()
  for (const each of await remakeCopies(context, project, withoutErased(project.db, failed), signal)) lost.set(each.hash, each)
  const [gone] = withoutErased(project.db, [...lost.keys()]).flatMap((hash) => lost.get(hash) ?? [])
  if (gone !== undefined) throw new StudioError('PICTURE_UNREADABLE', { file: gone.name, reason: gone.reason })
  const second = await extractPart(context, project, backbone, failed, () => undefined, signal)
  const [file] = withoutErased(project.db, [...second.failed.keys()])
  if (file !== undefined) throw new StudioError('PICTURE_UNREADABLE', { file, reason: second.failed.get(file) ?? '' })
  return second.extracted
}
