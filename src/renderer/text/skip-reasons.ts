import type { SkippedFile } from '../../main/contract/images.ts'
import { countOf, countText } from './numbers.ts'

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
      return detail === '' ? 'is a kind of photo that Graft cannot read; save it as JPEG or PNG' : `is ${detail}`
    case 'empty':
      return 'is empty'
    case 'unreadable':
      return withDetail('cannot be opened', detail)
    case 'duplicate':
      return detail === '' ? 'is in the project already' : `is the same as ${detail}`
    case 'archive':
      return 'is an archive, which was not opened; add it by itself, as a zip'
    case 'no-labels':
      return withDetail('says nothing of photos', detail)
    case 'not-understood':
      return withDetail('is not understood', detail)
    case 'not-found':
      return `is named in ${detail} and is not here; add the folder or the zip that holds it together with that file`
    case 'outside':
      return `is named in ${detail} and lies outside of its folder; add that folder too`
    case 'ambiguous':
      return `is named in ${detail}, and several photos here are called so`
    case 'several-classes':
      return withDetail('has several classes', detail)
    default:
      return reason satisfies never
  }
}

/** A heading over the files that share a reason, with their number: `3 broken files`. */
export function skipHeading(reason: SkippedFile['reason'], count: number): string {
  const files = count === 1 ? 'file' : 'files'
  const photos = count === 1 ? 'photo' : 'photos'
  switch (reason) {
    case 'not-a-picture':
      return `${countOf(count, 'file')} that ${count === 1 ? 'is' : 'are'} not ${count === 1 ? 'a photo' : 'photos'}`
    case 'broken':
      return `${countText(count)} broken ${files}`
    case 'too-large':
      return `${countOf(count, 'file')} too large`
    case 'too-small':
      return `${countOf(count, 'file')} too small to learn from`
    case 'unsupported':
      return `${countOf(count, 'file')} of a kind that Graft cannot read`
    case 'empty':
      return `${countText(count)} empty ${files}`
    case 'unreadable':
      return `${countOf(count, 'file')} that cannot be opened`
    case 'duplicate':
      return `${countOf(count, 'file')} already in the project`
    case 'archive':
      return count === 1 ? '1 archive that was not opened' : `${countText(count)} archives that were not opened`
    case 'no-labels':
      return `${countOf(count, 'file')} without labels`
    case 'not-understood':
      return `${countText(count)} ${count === 1 ? 'entry' : 'entries'} not understood`
    case 'not-found':
      return `${countText(count)} named ${photos} not found`
    case 'outside':
      return `${countText(count)} named ${photos} outside of the folder`
    case 'ambiguous':
      return `${countText(count)} named ${photos} that could be several`
    case 'several-classes':
      return `${countText(count)} ${photos} with several classes`
    default:
      return reason satisfies never
  }
}

function withDetail(words: string, detail: string): string {
  return detail === '' ? words : `${words}: ${detail}`
}
