import type { Database } from 'better-sqlite3'
import { recordStep } from '../history/record-step.ts'
import { giveImported, type ImportedLabel, type ImportedLabels } from './set-labels.ts'

/** Labels images that are there as an import does, as one step of the history. `continues`: the `stepId` of an earlier call that it adds to. */
export function labelImported<Image extends ImportedLabel>(
  db: Database,
  images: readonly Image[],
  { atMs, continues = null }: { readonly atMs: number; readonly continues?: number | null },
): ImportedLabels<Image> & { readonly stepId: number | null } {
  const details = ({ labelled }: ImportedLabels<Image>) => ({ images: 0, labelled })
  const { result, stepId } = recordStep(db, { action: 'image-add', details, atMs, continues }, () => giveImported(db, images, atMs))
  return { ...result, stepId: stepId ?? continues }
}
