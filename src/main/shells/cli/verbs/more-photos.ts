import { fewestToFollow, morePhotos } from '../../../contract/learning-curve.ts'
import { morePhotosWords as words } from '../../../../renderer/text/more-photos.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export interface MorePhotosOptions extends GlobalOptions {
  readonly last?: boolean
}

const following = { kind: 'learning-curve', onInterrupt: 'cancel', kept: 'Ending; what was found before stays.' } as const

/** Measures what more photos of each class should bring and lists it, the largest gain first; with `last` lists what was measured last. */
export function showMorePhotos(project: string, options: MorePhotosOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    if (options.last !== true) await followJob(session, (await client.learningCurve.measure()).jobId, following)
    const [curve, classes] = await Promise.all([client.learningCurve.get(), client.classes.list()])
    if (curve === null) return printer.note(`Nothing was measured yet: graft more-photos ${project} does it.`)
    const nameOf = new Map(classes.map(({ id, name }) => [id, name]))
    const rows = curve.classes.map(({ classId, ...gain }) => ({ class: nameOf.get(classId) ?? '', ...gain }))
    printer.event({ event: 'all', ...curve.all })
    for (const row of rows) printer.event({ event: 'class', ...row })
    printer.line(
      tableText(
        ['class', 'photos', 'right now', words.more(morePhotos)],
        rows.map((row) => [row.class, String(row.photos), words.nowOf(row.now), words.gain(row)]),
        ['left', 'right', 'left', 'left'],
      ),
    )
    printer.line(words.twice(curve.all))
    if (curve.leftOut.length > 0) printer.note(words.leftOut(curve.leftOut, fewestToFollow))
  })
}
