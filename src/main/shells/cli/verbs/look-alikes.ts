import type { LookAlikeGroup, LookAlikeKind } from '../../../contract/look-alikes.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { lookAlikeWords } from '../../../../renderer/text/look-alikes.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'

export interface LookAlikeOptions extends GlobalOptions {
  readonly perhaps?: boolean
  readonly compare?: boolean
}

const pageSize = 500

/** Groups of photos that look alike and that nobody has decided about; the best of each first. */
export function listLookAlikes(project: string, options: LookAlikeOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    if (options.compare === true) {
      const { jobId } = await client.lookAlikes.compare()
      await followJob(session, jobId, { kind: 'compare', onInterrupt: 'cancel', kept: 'Stopping. What was found before stays.' })
    }
    const kind = options.perhaps === true ? 'perhaps' : 'sure'
    const classes = new Map((await client.classes.list()).map(({ id, name }) => [id, name]))
    const groups = await allGroups(session, kind)
    for (const group of groups) {
      const { reasons, burstSeconds, images } = group
      const members = images.map(({ hash, name, classId }) => ({
        hash,
        name,
        class: classId === null ? null : (classes.get(classId) ?? null),
      }))
      printer.event({ reasons, burstSeconds, best: images[0]?.hash ?? null, images: members })
      const differ = lookAlikeWords.classes(group, (id) => classes.get(id) ?? '')
      printer.line([lookAlikeWords.group(group), ...(differ === null ? [] : [differ])].join('; '))
      for (const { hash, name, class: className } of members) printer.line(`  ${hash.slice(0, 8)}  ${name}  ${className ?? '-'}`)
    }
    printer.note(countOf(groups.length, 'group'))
  })
}

async function allGroups({ client }: Session, kind: LookAlikeKind): Promise<LookAlikeGroup[]> {
  const all: LookAlikeGroup[] = []
  for (;;) {
    const { groups } = await client.lookAlikes.list({ kind, offset: all.length, limit: pageSize })
    all.push(...groups)
    if (groups.length < pageSize) return all
  }
}
