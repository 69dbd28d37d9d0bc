import { countOf } from '../../../../renderer/text/numbers.ts'
import { frequencyText } from '../../../../renderer/text/numbers.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export interface DoubtOptions extends GlobalOptions {
  readonly last?: boolean
}

/** All that anybody reads: the most certain ones come first. */
const listedAtMost = 10_000

/** Looks for labels that are likely wrong and lists them, most certain first; with `last` lists what the last look has left. */
export function listDoubts(project: string, options: DoubtOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    if (options.last !== true) {
      const { jobId } = await client.doubts.check()
      await followJob(session, jobId, { kind: 'check-labels', onInterrupt: 'cancel', kept: 'Ending; the list before stays.' })
    }
    const [{ check, left, doubts }, classes] = await Promise.all([client.doubts.list({ limit: listedAtMost }), client.classes.list()])
    const nameOf = new Map(classes.map(({ id, name }) => [id, name]))
    const rows = doubts.map(({ image, likelyId, certainty }) => ({
      file: image.name,
      image: image.hash,
      label: nameOf.get(image.classId ?? 0) ?? '',
      suggested: nameOf.get(likelyId) ?? '',
      certainty,
    }))
    for (const row of rows) printer.event(row)
    printer.event({ event: 'checked', images: check?.images ?? 0, doubts: left, estimatedWrong: check?.estimatedWrong ?? 0 })
    if (check === null) return printer.note(`Nothing was looked at yet: graft doubts ${project} does it.`)
    if (rows.length === 0) return printer.line(`No label looks wrong among ${countOf(check.images, 'photo')}.`)
    printer.line(
      tableText(
        ['photo', 'file', 'is called', 'looks like', 'how sure'],
        rows.map(({ image, file, label, suggested, certainty }) => [image.slice(0, 8), file, label, suggested, frequencyText(certainty)]),
      ),
    )
    printer.note(
      `${countOf(left, 'label')} of ${countOf(check.images, 'photo')} may be wrong. graft label ${project} PHOTO --class NAME changes one.`,
    )
  })
}
