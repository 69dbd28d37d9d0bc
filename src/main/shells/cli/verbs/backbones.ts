import type { Backbone } from '../../../contract/backbones.ts'
import { StudioError } from '../../../contract/errors.ts'
import { bytesText } from '../../../../renderer/text/numbers.ts'
import { followJob } from '../follow-job.ts'
import { withStudio, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'

export function listBackbones(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const backbones = await client.backbones.list()
    for (const backbone of backbones) printer.event({ ...backbone })
    const rows = backbones.map((each) => [
      `${each.id}${each.isDefault ? ' *' : ''}`,
      each.plainName,
      each.state === 'ready' ? 'ready' : 'not fetched',
      `${each.megaMacs} M`,
      bytesText(each.sizeBytes),
      each.licence,
    ])
    printer.line(tableText(['backbone', 'in a word', 'state', 'work a photo', 'size', 'licence'], rows))
    printer.note('* is the default. graft backbones fetch ID brings one (once, from the internet).')
  })
}

/** Fetches the named ones, or all that are missing. */
export function fetchBackbones(ids: readonly string[], options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const known = await session.client.backbones.list()
    const wanted = ids.length === 0 ? known.filter(({ state }) => state === 'missing').map(({ id }) => id) : ids
    for (const id of wanted) await fetchBackbone(session, known, id)
    if (wanted.length === 0) session.printer.line('All starting networks are here already.')
  })
}

export async function fetchBackbone(session: Session, known: readonly Backbone[], id: string): Promise<void> {
  if (!known.some((each) => each.id === id)) {
    throw new StudioError('BACKBONE_UNKNOWN', { backbone: id, known: known.map((each) => each.id) })
  }
  const { jobId } = await session.client.backbones.fetch({ id })
  await followJob(session, jobId, { kind: 'fetch-backbone', onInterrupt: 'cancel', kept: 'Cancelling the download.' })
  session.printer.event({ event: 'fetched', backbone: id })
  session.printer.line(`${id} is ready.`)
}
