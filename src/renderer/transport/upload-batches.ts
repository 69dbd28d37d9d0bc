import { uploadLimits } from '../../main/contract/uploads.ts'
import type { PickedFile } from './dropped-files.ts'

/** The files of one request. */
export type UploadBatch = readonly PickedFile[]

/** All files in their order, in batches that keep the limits of one request. A file that is larger than a request may be is alone in its own. */
export function uploadBatches(files: readonly PickedFile[]): readonly UploadBatch[] {
  const batches: UploadBatch[] = []
  let batch: PickedFile[] = []
  let bytes = 0
  for (const picked of files) {
    const { size } = picked.file
    const isFull = batch.length === uploadLimits.requestFiles || bytes + size > uploadLimits.requestBytes
    if (isFull && batch.length > 0) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(picked)
    bytes += size
  }
  return batch.length === 0 ? batches : [...batches, batch]
}
