import { statfs } from 'node:fs/promises'
import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractFeatures, missingFeatures, type ExtractOptions } from '../features/extract-features.ts'
import type { Split } from '../splits/make-split.ts'
import { extractedFor, type TrainingSource } from './training-source.ts'

/** Kept free beyond what the features need: room for the database to grow and for a system that stays usable, bytes. */
const reserveBytes = 64 * 1024 * 1024

/** Photos of which something is still to be extracted. */
export interface Missing {
  readonly features: BackboneFiles
  readonly hashes: readonly string[]
}

/** A photo of a split. */
type Member = Pick<Split['members'][number], 'hash' | 'part'>

/** For each kind of features that a training needs, in the order in which they are extracted. */
export async function missingForTraining(
  context: StudioContext,
  project: OpenProject,
  source: TrainingSource,
  members: readonly Member[],
  signal?: AbortSignal,
): Promise<readonly Missing[]> {
  const missing: Missing[] = []
  for (const { features, of } of extractedFor(source)) {
    const hashes = members.filter(({ part }) => of === 'all' || part === 'train').map(({ hash }) => hash)
    missing.push({ features, hashes: await missingFeatures(context, project, features, hashes, signal) })
  }
  return missing
}

/** Photos of which anything is missing: each is counted once. */
export function photosIn(missing: readonly Missing[]): number {
  return new Set(missing.flatMap(({ hashes }) => hashes)).size
}

/** Throws `DISK_FULL` when the features that are still to be extracted would not fit. */
export async function requireRoom(project: OpenProject, missing: readonly Missing[]): Promise<void> {
  const disk = await statfs(project.files.root)
  const freeBytes = disk.bavail * disk.bsize
  const bytes = missing.map(({ features, hashes }) => hashes.length * features.featureDim * Float32Array.BYTES_PER_ELEMENT)
  const neededBytes = bytes.reduce((sum, each) => sum + each, reserveBytes)
  if (freeBytes < neededBytes) throw new StudioError('DISK_FULL', { path: project.files.root, neededBytes, freeBytes })
}

/**
 * Extracts everything that a training needs, for both of its phases. `onProgress`: of all that was missing, a photo of which several things are extracted
 * counted as often. Throws what `extractFeatures` throws.
 */
export async function extractForTraining(
  context: StudioContext,
  project: OpenProject,
  source: TrainingSource,
  members: readonly Member[],
  { signal, onProgress }: ExtractOptions,
): Promise<void> {
  const missing = await missingForTraining(context, project, source, members, signal)
  const total = missing.reduce((sum, each) => sum + each.hashes.length, 0)
  let before = 0
  for (const { features, hashes: own } of missing) {
    await extractFeatures(context, project, features, own, { signal, onProgress: (done) => onProgress?.(before + done, total) })
    before += own.length
  }
}
