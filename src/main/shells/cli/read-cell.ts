import { StudioError } from '../../contract/errors.ts'

/** One cell of a confusion matrix. */
export interface Cell<Found> {
  readonly label: Found
  readonly predicted: Found
}

/**
 * Reads `LABEL:PREDICTED`. Names may hold colons themselves: the one that counts has a class on either side. Throws `INVALID_INPUT`, or
 * `CLASS_NOT_FOUND` where only one side can be meant wrong. `find` answers null for a name that no class has.
 */
export function readCell<Found>(text: string, find: (name: string) => Found | null): Cell<Found> {
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index)
  const found = colons.flatMap((at) => {
    const [label, predicted] = [find(text.slice(0, at)), find(text.slice(at + 1))]
    return label === null || predicted === null ? [] : [{ label, predicted }]
  })
  const [cell, ...others] = found
  if (others.length > 0) throw new StudioError('INVALID_INPUT', { reason: `--cell ${text} can be read in ${found.length} ways` })
  if (cell !== undefined) return cell
  if (colons.length !== 1) throw new StudioError('INVALID_INPUT', { reason: `--cell must be two classes, label:predicted, not ${text}` })
  const unknown = text.split(':').find((name) => find(name) === null)
  throw new StudioError('CLASS_NOT_FOUND', { class: unknown ?? text })
}
