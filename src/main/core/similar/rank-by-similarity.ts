import type { Database } from 'better-sqlite3'
import { statSync } from 'node:fs'
import { StudioError } from '../../contract/errors.ts'
import type { Image } from '../../contract/images.ts'
import { isActive } from '../../contract/jobs.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { featureCache } from '../features/feature-caches.ts'
import { projectBackbone } from '../features/project-backbone.ts'
import { newestImageId, readComparable, readTrashedIds } from '../images/image-list-rows.ts'
import { findImage, readImage, readImagesById } from '../images/image-rows.ts'

/** Images by how much they look like one of them. */
interface Ranking {
  /** The most similar first: that one itself. Those without features are not in it. */
  readonly ids: Uint32Array
  /** Cosines, in the order of `ids`. */
  readonly similarity: Float32Array
  /** So many images have no features. */
  readonly missing: number
}

/** One that is kept, or is being made for whoever waits for it. */
interface Kept {
  readonly ranking: Promise<Ranking>
  /** What it was made from. */
  readonly state: string
  waiting: number
  readonly abort: AbortController
}

/** Somebody goes from one photo to the next and back. */
const rankingsKept = 4
const rankingsOf = new WeakMap<Database, Map<string, Kept>>()

/**
 * Every image with features, by how much it looks like `hash`. It is kept, so that scrolling compares nothing again, and made anew once images or
 * features have come, though not in the middle of an import. Cancelled only when nobody waits for it any more.
 * @throws IMAGE_NOT_FOUND, FEATURES_MISSING for one that no network has looked at, BACKBONE_MISSING, CANCELLED, the reason of a signal that is aborted already, and what the worker throws.
 */
export async function rankBySimilarity(context: StudioContext, project: OpenProject, hash: string, signal?: AbortSignal): Promise<Ranking> {
  signal?.throwIfAborted()
  // One that was deleted for good may have been ranked before.
  if (findImage(project.db, hash)?.isErased !== false) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  let rankings = rankingsOf.get(project.db)
  if (rankings === undefined) rankingsOf.set(project.db, (rankings = new Map<string, Kept>()))
  const before = rankings.get(hash)
  const state = stateOf(context, project)
  const isGood = before !== undefined && !before.abort.signal.aborted && (before.state === state || isImporting(context))
  const kept = isGood ? before : begin(context, project, hash, state)
  rankings.delete(hash)
  rankings.set(hash, kept)
  for (const oldest of rankings.keys()) if (rankings.size > rankingsKept) rankings.delete(oldest)
  const leave = (): void => {
    kept.waiting -= 1
    if (kept.waiting === 0 && signal?.aborted === true) kept.abort.abort(new StudioError('CANCELLED', {}))
  }
  kept.waiting += 1
  signal?.addEventListener('abort', leave, { once: true })
  try {
    return await kept.ranking
  } catch (error) {
    // What failed once is tried again by who asks next.
    if (rankings.get(hash) === kept) rankings.delete(hash)
    throw error
  } finally {
    signal?.removeEventListener('abort', leave)
    if (signal?.aborted !== true) leave()
  }
}

function isImporting({ jobs }: StudioContext): boolean {
  return jobs.list().some((job) => job.kind === 'import' && isActive(job))
}

/** Another text once images or features have come or gone. */
function stateOf(context: StudioContext, project: OpenProject): string {
  const { path } = featureCache(project, projectBackbone(context, project))
  return `${newestImageId(project.db)} ${path} ${statSync(path, { throwIfNoEntry: false })?.size ?? 0}`
}

function begin(context: StudioContext, project: OpenProject, hash: string, state: string): Kept {
  const abort = new AbortController()
  return { ranking: rank(context, project, hash, abort.signal), state, waiting: 0, abort }
}

async function rank(context: StudioContext, project: OpenProject, hash: string, signal: AbortSignal): Promise<Ranking> {
  const { name } = readImage(project.db, hash)
  const images = readComparable(project.db)
  const cache = featureCache(project, projectBackbone(context, project))
  const hashes = images.map((image) => image.hash)
  const answer = await context.workers.training.request('rankSimilar', { cache, hash, hashes, atMost: hashes.length }, { signal })
  if (answer.state === 'unseen') throw new StudioError('FEATURES_MISSING', { image: name })
  const { order, similarity, missing } = answer
  return { ids: Uint32Array.from(order, (place) => images[place]!.id), similarity, missing }
}

/** The images outside the trash that look most like one, itself left out. Throws what `rankBySimilarity` throws. */
export async function nearestImages(
  context: StudioContext,
  project: OpenProject,
  { hash, limit }: { readonly hash: string; readonly limit: number },
  signal?: AbortSignal,
): Promise<{ images: { image: Image; similarity: number }[]; missing: number }> {
  const { ids, similarity, missing } = await rankBySimilarity(context, project, hash, signal)
  const trashed = new Set(readTrashedIds(project.db))
  const nearest: { readonly id: number; readonly similarity: number }[] = []
  for (const [place, id] of ids.entries()) {
    if (nearest.length > limit) break
    if (!trashed.has(id)) nearest.push({ id, similarity: similarity[place]! })
  }
  const images = readImagesById(
    project.db,
    Uint32Array.from(nearest, ({ id }) => id),
  )
  const all = images.map((image, place) => ({ image, similarity: nearest[place]!.similarity }))
  return { images: all.filter(({ image }) => image.hash !== hash).slice(0, limit), missing }
}
