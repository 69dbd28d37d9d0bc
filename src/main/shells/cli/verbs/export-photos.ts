import { describeIssue } from '../../../contract/describe-issue.ts'
import { StudioError } from '../../../contract/errors.ts'
import { PhotoLayout, type PhotoChoice } from '../../../contract/photo-export.ts'
import { bytesText, durationText } from '../../../../renderer/text/numbers.ts'
import { photoExportWords } from '../../../../renderer/text/photo-export.ts'
import { fromCaller } from '../../caller-paths.ts'
import { findClass } from '../find-class.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions } from '../session.ts'

export interface ExportPhotosOptions extends GlobalOptions {
  readonly as?: string
  readonly zip?: boolean
  readonly out: string
  readonly withUnlabelled?: boolean
  readonly class?: string
}

/** Writes photos and labels of a project into a new folder or zip. */
export function exportPhotos(project: string, options: ExportPhotosOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    const layout = PhotoLayout.safeParse(options.as ?? 'folders')
    if (!layout.success) throw new StudioError('INVALID_INPUT', { reason: describeIssue(layout.error.issues[0]!, () => '--as') })
    const ofClass = options.class === undefined ? {} : { class: findClass(await client.classes.list(), options.class).id }
    const choice: PhotoChoice = { kind: 'filter', filter: { trashed: false, ...ofClass } }
    const { withUnlabelled = false, zip: isZip = false } = options
    const order = { choice, withUnlabelled, layout: layout.data, isZip, out: fromCaller(options.out) }
    const { jobId } = await client.exporting.photos(order)
    const { result } = await followJob(session, jobId, {
      kind: 'export-photos',
      onInterrupt: 'cancel',
      kept: 'Cancelling. Nothing half-written is left.',
      progressEvents: true,
    })
    const { report } = result
    printer.event({ event: 'saved', ...report })
    printer.line(photoExportWords.done(report))
    for (const note of photoExportWords.notes(report)) printer.line(note)
    if (report.leftOut > 0) printer.note('--with-unlabelled takes photos without a class too')
    printer.note(`${bytesText(report.bytes)} in ${durationText(report.seconds)}`)
  })
}
