import type { WireError } from '../../main/contract/errors.ts'
import type { SkippedFile } from '../../main/contract/images.ts'
import { describeSkip } from '../text/skip-reasons.ts'

/** A file that could not be sent to the studio, as a failure, for where there is no report to name it. */
export function notSentError(file: SkippedFile): WireError {
  return { code: 'PICTURE_UNREADABLE', details: { file: file.file, reason: `it ${describeSkip(file)}` } }
}
