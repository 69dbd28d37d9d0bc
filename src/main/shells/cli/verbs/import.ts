import type { ImportReport, LabelConflict } from '../../../contract/images.ts'
import { sourceSaid } from '../../../../renderer/text/archives.ts'
import { countOf, durationText } from '../../../../renderer/text/numbers.ts'
import { importWords, labelledWords } from '../../../../renderer/text/photos.ts'
import { describeSkip } from '../../../../renderer/text/skip-reasons.ts'
import { followJob } from '../follow-job.ts'
import { fromCaller } from '../../caller-paths.ts'
import type { Printer } from '../printer.ts'
import { openOrCreate, withStudio, type GlobalOptions, type Session } from '../session.ts'

export interface ImportOptions extends GlobalOptions {
  readonly labelFromFolders?: boolean
  /** What becomes of photos of which a file of labels names several classes. */
  readonly several?: 'unlabelled' | 'largest' | 'skip'
  /** A backbone's id, or `none`. */
  readonly backbone?: string
  readonly precision?: 'float32' | 'int8'
}

/** More skipped files than this are counted, not named, on a terminal; `--json` and the project's own report name all. */
const namedAtMost = 20

export function importPhotos(project: string, paths: readonly string[], options: ImportOptions): Promise<number> {
  return withStudio(options, async (session) => {
    await openOrCreate(session, project, paths)
    const { report, cancelled } = await takePhotos(session, paths, options)
    if (!cancelled) {
      const again = ['graft', 'import', project, ...paths, '--label-from-folders'].map(asArgument).join(' ')
      session.printer.note(
        report.folders === undefined
          ? await nextStep(session, project)
          : `Next: ${again}   (${countOf(report.folders, 'folder')} may be classes; photos that have none get theirs)`,
      )
    }
    return cancelled ? 1 : 0
  })
}

/** As a shell takes it for one word. */
function asArgument(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : JSON.stringify(text)
}

async function nextStep({ client }: Session, project: string): Promise<string> {
  const classes = await client.classes.list()
  const counted = classes.filter(({ images }) => images > 0)
  if (counted.length > 1) return `Next: graft train ${project}`
  const [only] = counted
  return only !== undefined
    ? `Next: graft import ${project} FOLDER --label-from-folders   (all photos are of ${only.name}; training needs a second class)`
    : `Next: graft label ${project} PHOTO... --class NAME   (import with --label-from-folders does it by folder)`
}

/** Imports files and folders into the open project and tells what became of them. */
export async function takePhotos(
  session: Session,
  paths: readonly string[],
  options: ImportOptions,
): Promise<{ cancelled: boolean; report: ImportReport }> {
  const { jobId } = await session.client.images.import({
    paths: paths.map(fromCaller),
    labelFromFolders: options.labelFromFolders === true,
    ...(options.several === undefined ? {} : { several: options.several }),
    ...(options.backbone === undefined ? {} : { backbone: options.backbone === 'none' ? null : options.backbone }),
    ...(options.precision === undefined ? {} : { precision: options.precision }),
  })
  const { result, cancelled } = await followJob(session, jobId, {
    kind: 'import',
    onInterrupt: 'cancel',
    kept: 'Stopping the import. Photos that were taken so far are kept.',
    progressEvents: true,
  })
  printReport(session.printer, result.report)
  return { cancelled, report: result.report }
}

function printReport(printer: Printer, report: ImportReport): void {
  printer.event({ event: 'imported', ...report })
  const { images, labelled, nearDuplicates, seconds, skipped, cancelled } = report
  const broken = skipped.filter(({ reason }) => reason !== 'duplicate')
  const duplicates = skipped.length - broken.length
  const classes = labelled === 0 ? '' : `; ${labelledWords(report)}`
  for (const source of report.sources) printer.line(sourceSaid(source))
  printer.line(`${cancelled ? 'Stopped: took' : 'Took'} ${countOf(images, 'photo')} in ${durationText(seconds)}${classes}.`)
  if (report.duplicates > 0 || duplicates > 0) printer.line(`${countOf(Math.max(report.duplicates, duplicates), 'photo')} there already.`)
  if (nearDuplicates > 0) printer.line(`${countOf(nearDuplicates, 'photo')} nearly the same as another one; training keeps them together.`)
  if (report.several.length > 0) {
    printer.line(`${importWords.several(report.several.length)}; --several largest gives the one ${strongestOf(report)}:`)
    for (const photo of report.several.slice(0, namedAtMost))
      printer.line(`  ${photo.hash.slice(0, 8)}  ${photo.file} ${importWords.severalClasses(photo)}`)
    if (report.several.length > namedAtMost)
      printer.line(`  and ${report.several.length - namedAtMost} more (graft images imports names all)`)
  }
  if (report.unnamed > 0) printer.line(`${importWords.unnamed(report.unnamed)}.`)
  printConflicts(printer, report.conflicts)
  if (broken.length > 0) printer.line(`${importWords.skipped(broken)}:`)
  for (const file of broken.slice(0, namedAtMost)) printer.line(`  ${file.file} ${describeSkip(file)}`)
  if (broken.length > namedAtMost) printer.line(`  and ${broken.length - namedAtMost} more (graft images imports names all)`)
}

/** Which of several classes counts as the first one: a table has no boxes. */
function strongestOf({ sources }: ImportReport): string {
  const has = (kind: ImportReport['sources'][number]['kind']): boolean => sources.some((source) => source.kind === kind)
  if (has('label-studio')) return 'of the largest box, or that most people chose'
  return has('coco') ? 'of the largest box' : 'that the file names first'
}

/** Photos whose folder says another class than they have, with the digits that `graft label` takes. */
function printConflicts(printer: Printer, conflicts: readonly LabelConflict[]): void {
  if (conflicts.length === 0) return
  printer.line(`${importWords.conflicts(conflicts)}:`)
  for (const conflict of conflicts.slice(0, namedAtMost)) {
    printer.line(`  ${conflict.hash.slice(0, 8)}  ${conflict.file} ${importWords.conflict(conflict)}`)
  }
  if (conflicts.length > namedAtMost) printer.line(`  and ${conflicts.length - namedAtMost} more (graft images imports names all)`)
  printer.line(`  graft label PROJECT ${conflicts[0]?.hash.slice(0, 8)} --class NAME   changes one`)
}
