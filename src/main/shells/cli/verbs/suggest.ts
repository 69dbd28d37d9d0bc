import { StudioError } from '../../../contract/errors.ts'
import type { Class } from '../../../contract/labels.ts'
import { labelsToSuggest, type Suggestion } from '../../../contract/suggestions.ts'
import { countOf, frequencyText } from '../../../../renderer/text/numbers.ts'
import { suggestionWords } from '../../../../renderer/text/suggestions.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'
import { lookAtAll } from './similar.ts'

export interface SuggestOptions extends GlobalOptions {
  /** The least confidence to accept, 0..1. */
  readonly accept?: string
  readonly useful?: true
}

interface Suggested {
  readonly name: string
  readonly suggestion: Suggestion
}

const photosAtOnce = 2000

/** What unlabelled photos look like, the surest first; with `--accept`, the sure ones get that class. */
export function suggestClasses(project: string, options: SuggestOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    const least = options.accept === undefined ? null : leastConfidence(options.accept)
    const classes = await client.classes.list()
    await lookAtAll(session)
    const { newest } = await client.suggestions.refresh()
    if (newest === null) {
      const missing = missingOf(classes)
      printer.event({ event: 'suggested', photos: 0, labels: 0, missing: missing.map(({ name, labels }) => ({ class: name, labels })) })
      return printer.note(suggestionWords.missing(missing))
    }
    const found = await readSuggested(session, options.useful === true ? 'useful' : null)
    const nameOf = (classId: number): string => classes.find(({ id }) => id === classId)?.name ?? String(classId)
    for (const { name, suggestion } of found) {
      const { hash, classId, confidence, use } = suggestion
      printer.event({
        file: name,
        hash,
        class: nameOf(classId),
        confidence,
        useful: use === null ? null : suggestionWords.reason(use, nameOf),
      })
    }
    printer.event({ event: 'suggested', photos: found.length, labels: newest.labelled, missing: [] })
    if (least !== null) return acceptSure(session, found, { least, nameOf })
    const rows = found.map(({ name, suggestion: { hash, classId, confidence, use } }) => [
      ...[hash.slice(0, 8), name, nameOf(classId), frequencyText(confidence)],
      use === null ? '' : suggestionWords.reason(use, nameOf),
    ])
    printer.line(tableText(['photo', 'name', 'looks like', 'right in', 'teaches much, because'], rows))
    printer.note(`${countOf(found.length, 'photo')}, judged by ${countOf(newest.labelled, 'label')}`)
  })
}

function leastConfidence(text: string): number {
  const least = Number(text)
  if (text.trim() === '' || !(least > 0 && least <= 1))
    throw new StudioError('INVALID_INPUT', { reason: `--accept must be a confidence above 0 and up to 1, for example 0.95, not ${text}` })
  return least
}

function missingOf(classes: readonly Class[]): { name: string; labels: number }[] {
  if (classes.length < 2) return []
  const two = classes.toSorted((a, b) => b.images - a.images).slice(0, 2)
  return two.flatMap(({ name, images }) => (images < labelsToSuggest ? { name, labels: labelsToSuggest - images } : []))
}

/** Every photo that has a suggestion, the surest first; or those that teach most, in that order. */
async function readSuggested({ client }: Session, only: 'useful' | null): Promise<Suggested[]> {
  const filter = only === null ? { class: 'unlabelled' as const } : { suggested: only }
  const found: Suggested[] = []
  for (let offset = 0; ; offset += photosAtOnce) {
    const order = { by: 'suggestion', descending: true } as const
    const { images } = await client.images.list({ filter, order, offset, limit: photosAtOnce })
    if (images.length === 0) return found
    const names = new Map(images.map(({ hash, name }) => [hash, name]))
    const told = await client.suggestions.of({ hashes: images.map(({ hash }) => hash) })
    found.push(...told.map((suggestion) => ({ name: names.get(suggestion.hash) ?? '', suggestion })))
  }
}

interface Sure {
  readonly least: number
  readonly nameOf: (classId: number) => string
}

/** One step of the history, whatever classes they are of. */
async function acceptSure({ client, printer }: Session, found: readonly Suggested[], { least, nameOf }: Sure): Promise<void> {
  const sure = found.filter(({ suggestion }) => suggestion.confidence >= least)
  const classes = [...Map.groupBy(sure, ({ suggestion }) => suggestion.classId)].map(([classId, photos]) => ({
    classId,
    hashes: photos.map(({ suggestion }) => suggestion.hash),
  }))
  const { changed } = classes.length === 0 ? { changed: [] } : await client.labels.accept({ classes })
  for (const [place, { classId }] of classes.entries()) {
    const photos = changed[place] ?? 0
    printer.event({ event: 'accepted', class: nameOf(classId), photos })
    printer.line(suggestionWords.saidAccepted(photos, nameOf(classId)))
  }
  printer.note(`${countOf(found.length - sure.length, 'photo')} below a confidence of ${least}`)
}
