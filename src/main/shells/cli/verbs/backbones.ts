import type { Backbone } from '../../../contract/backbones.ts'
import { StudioError } from '../../../contract/errors.ts'
import { bytesText, countOf } from '../../../../renderer/text/numbers.ts'
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

/** Measures the named ones, or all that are here. */
export function measureBackbones(ids: readonly string[], options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const { client, printer } = session
    const ready = (await client.backbones.list()).filter(({ state }) => state === 'ready').map(({ id }) => id)
    const rows: string[][] = []
    for (const id of ids.length === 0 ? ready : ids) {
      const { jobId } = await client.backbones.calibrate({ id })
      const { result } = await followJob(session, jobId, { kind: 'calibrate', onInterrupt: 'cancel', kept: 'Cancelling. Nothing is kept.' })
      const { backbone, layout, photosPerSecond, int8 } = result
      printer.event({ event: 'measured', backbone, ...layout, photosPerSecond, int8TimesAsFast: int8?.timesAsFast ?? null })
      const sessions = `${layout.lanes} x ${countOf(layout.threadsPerLane, 'thread')}, ${countOf(layout.batch, 'photo')} at a time`
      rows.push([backbone, photosPerSecond.toFixed(0), sessions, int8 === null ? '-' : `${int8.timesAsFast.toFixed(1)} times as fast`])
    }
    printer.line(tableText(['backbone', 'photos a second', 'fastest in', 'in 8 bits'], rows))
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
