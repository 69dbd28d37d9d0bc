import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { uploadLimits } from '../../main/contract/uploads.ts'
import type { PickedFile } from './dropped-files.ts'
import { uploadBatches } from './upload-batches.ts'

const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: uploadLimits.fileBytes })), {
  maxLength: 600,
})

test.prop([sizes])(
  'every file is in one batch, in order, and no batch exceeds the limits of a request unless one file alone does',
  (each) => {
    const files = each.map((size, index): PickedFile => ({ file: { size } as File, path: `${index}.jpg` }))
    const batches = uploadBatches(files)
    expect(batches.flat()).toEqual(files)
    for (const batch of batches) {
      expect(batch.length).toBeGreaterThan(0)
      expect(batch.length).toBeLessThanOrEqual(uploadLimits.requestFiles)
      const bytes = batch.reduce((sum, { file }) => sum + file.size, 0)
      expect(bytes <= uploadLimits.requestBytes || batch.length === 1).toBe(true)
    }
  },
)
