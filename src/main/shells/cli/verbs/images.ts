import { StudioError } from '../../../contract/errors.ts'
import type { Image } from '../../../contract/images.ts'
import { sourceSaid } from '../../../../renderer/text/archives.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { importWords } from '../../../../renderer/text/photos.ts'
import { describeSkip } from '../../../../renderer/text/skip-reasons.ts'
import { findClass } from '../find-class.ts'
import { allImages, findImages } from '../find-images.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export interface ListImagesOptions extends GlobalOptions {
  readonly class?: string
  readonly unlabelled?: boolean
  readonly name?: string
  readonly trashed?: boolean
  readonly noted?: boolean
}

export function listImages(project: string, options: ListImagesOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const classes = await client.classes.list()
    const nameOf = new Map(classes.map(({ id, name }) => [id, name]))
    const wanted = options.class === undefined ? undefined : findClass(classes, options.class).id
    const images = await allImages(client, {
      trashed: options.trashed === true,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.noted === true ? { noted: true as const } : {}),
      ...(options.unlabelled === true ? { class: 'unlabelled' as const } : wanted === undefined ? {} : { class: wanted }),
    })
    const className = ({ classId }: Image): string | null => (classId === null ? null : (nameOf.get(classId) ?? null))
    for (const image of images) printer.event({ ...image, class: className(image) })
    const rows = images.map((image) => [
      image.hash.slice(0, 8),
      image.name,
      className(image) ?? '-',
      `${image.widthPx} x ${image.heightPx}`,
      image.format,
      image.note.replaceAll(/\s+/g, ' '),
    ])
    printer.line(tableText(['photo', 'name', 'class', 'size', 'format', 'note'], rows))
    printer.note(countOf(images.length, 'photo'))
  })
}

/** Takes photos out of the project, or brings them back. */
export function moveImages(
  project: string,
  references: readonly string[],
  action: 'trash' | 'restore',
  options: GlobalOptions,
): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const hashes = [...(await findImages(client, references, { trashed: action === 'restore' }))]
    const { changed } = await (action === 'trash' ? client.images.trash({ hashes }) : client.images.restore({ hashes }))
    printer.event({ event: action === 'trash' ? 'trashed' : 'restored', images: changed })
    const photos = countOf(changed, 'photo')
    printer.line(`${action === 'trash' ? `Moved ${photos} to the trash` : `Brought back ${photos}`}. graft undo ${project} takes it back.`)
  })
}

export function showImage(project: string, reference: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const [hash] = await findImages(client, [reference], { trashed: false })
    if (hash === undefined) throw new StudioError('IMAGE_NOT_FOUND', { image: reference })
    const image = await client.images.get({ hash })
    printer.event({ ...image })
    for (const [key, value] of Object.entries(image)) printer.line(`${key.padEnd(12)} ${String(value ?? '-')}`)
  })
}

/** Writes a note about one photo; without a text the note is taken away. */
export function noteImage(project: string, reference: string, text: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const hashes = [...(await findImages(client, [reference], { trashed: false }))]
    for (const hash of hashes) await client.images.note({ hash, note: text })
    printer.event({ event: 'noted', images: hashes.length, note: text })
    const what = text === '' ? 'No note any more on' : 'Note written on'
    printer.line(`${what} ${countOf(hashes.length, 'photo')}. graft undo ${project} takes it back.`)
  })
}

/** The reports of earlier imports, with every file that was not taken. */
export function listImports(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    for (const { id, startedAtMs, report } of await client.images.imports()) {
      printer.event({ event: 'imported', id, startedAtMs, ...report })
      const taken = `${countOf(report.images, 'photo')} taken, ${countOf(report.skipped.length, 'file')} not`
      printer.line(`${new Date(startedAtMs).toLocaleString('en-GB')}  ${taken}`)
      for (const source of report.sources) printer.line(`  ${sourceSaid(source)}`)
      for (const photo of report.several) printer.line(`  ${photo.file} ${importWords.severalClasses(photo)}`)
      for (const conflict of report.conflicts) printer.line(`  ${conflict.file} ${importWords.conflict(conflict)}`)
      for (const file of report.skipped) printer.line(`  ${file.file} ${describeSkip(file)}`)
    }
  })
}
