import type { SkippedFile } from '../../main/contract/images.ts'

/** Why a file was not taken, as a sentence that follows its name, e.g. `is empty`. */
export function describeSkip({ reason, detail }: SkippedFile): string {
  switch (reason) {
    case 'not-a-picture':
      return withDetail('is not a photo', detail)
    case 'broken':
      return withDetail('is broken', detail)
    case 'too-large':
      return withDetail('is too large', detail)
    case 'too-small':
      return withDetail('is too small to learn from', detail)
    case 'unsupported':
      return withDetail('is a kind of photo that Graft cannot read; save it as JPEG or PNG', detail)
    case 'empty':
      return 'is empty'
    case 'unreadable':
      return withDetail('cannot be opened', detail)
    case 'duplicate':
      return detail === '' ? 'is in the project already' : `is the same as ${detail}`
    default:
      return reason satisfies never
  }
}

/** A heading over the files that share a reason, with their number: `3 broken files`. */
export function skipHeading(reason: SkippedFile['reason'], count: number): string {
  const files = count === 1 ? 'file' : 'files'
  switch (reason) {
    case 'not-a-picture':
      return `${count} ${files} that ${count === 1 ? 'is' : 'are'} not ${count === 1 ? 'a photo' : 'photos'}`
    case 'broken':
      return `${count} broken ${files}`
    case 'too-large':
      return `${count} ${files} too large`
    case 'too-small':
      return `${count} ${files} too small to learn from`
    case 'unsupported':
      return `${count} ${files} of a kind that Graft cannot read`
    case 'empty':
      return `${count} empty ${files}`
    case 'unreadable':
      return `${count} ${files} that cannot be opened`
    case 'duplicate':
      return `${count} ${files} already in the project`
    default:
      return reason satisfies never
  }
}

function withDetail(words: string, detail: string): string {
  return detail === '' ? words : `${words}: ${detail}`
}
