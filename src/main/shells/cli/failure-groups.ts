import { toWireError, type StudioError } from '../../contract/errors.ts'
import { countOf } from '../../../renderer/text/numbers.ts'
import { describeError } from '../../../renderer/text/errors.ts'
import { commandLineHint } from './hints.ts'

/** More files than this are counted, not named; `--json` names all. */
const namedAtMost = 20

/** The failures of single files as lines for a person: those of one kind together, with their way out once. */
export function failureLines(failures: readonly StudioError[]): readonly string[] {
  return [...Map.groupBy(failures, ({ code }) => code)].flatMap(([code, group]) => {
    const words = group.map((error) => describeError(toWireError(error)))
    const wayOut = words.slice(0, 1).map((each) => each.wayOut)
    const hidden = group.length - namedAtMost
    return [
      ...(group.length > 1 ? [`${countOf(group.length, 'file')} without an answer:`] : []),
      ...words.slice(0, namedAtMost).map(({ title }) => (group.length > 1 ? `  ${title}` : title)),
      ...(hidden > 0 ? [`  and ${countOf(hidden, 'more file', 'more files')} (--json names all)`] : []),
      ...wayOut,
      ...commandLineHint(code),
    ]
  })
}
