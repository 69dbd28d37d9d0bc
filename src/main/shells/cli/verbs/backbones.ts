import type { Backbone } from '../../../contract/backbones.ts'
import { OwnNetworkName } from '../../../contract/backbones.ts'
import { StudioError } from '../../../contract/errors.ts'
import { bytesText, countOf } from '../../../../renderer/text/numbers.ts'
import { originText, ownNetworkWords, suggestedNetworkName } from '../../../../renderer/text/own-networks.ts'
import { projectPath } from '../../caller-paths.ts'
import { findRun } from '../find-run.ts'
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
    for (const { id, origin } of backbones) if (origin.length > 0) printer.line(`${id}: ${originText(origin)}`)
    printer.note(
      '* is the default. graft backbones fetch ID brings one (once, from the internet); graft backbones add --run PROJECT RUN makes one.',
    )
  })
}

/** Fetches the named ones, or all that are missing and come with the studio. */
export function fetchBackbones(ids: readonly string[], options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const known = await session.client.backbones.list()
    const wanted = ids.length === 0 ? known.filter(({ state, onDemand }) => state === 'missing' && !onDemand).map(({ id }) => id) : ids
    for (const id of wanted) await fetchBackbone(session, known, id)
    if (wanted.length === 0)
      session.printer.line('All starting networks that come with Graft are here already; others are fetched by their id.')
  })
}

export interface AddOptions extends GlobalOptions {
  /** A project and one of its runs. */
  readonly run: readonly string[]
  readonly name?: string
}

/** Adds the network of a run. */
export function addBackbone({ run: [project, reference, ...more], name, ...options }: AddOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    if (project === undefined || reference === undefined || more.length > 0)
      throw new StudioError('INVALID_INPUT', { reason: '--run takes a project and a run, for example --run skin-cancer.graft 12' })
    const opened = await client.project.open({ path: projectPath(project) })
    const { run } = await client.runs.get({ run: await findRun(client, reference) })
    const wanted = OwnNetworkName.safeParse(name ?? suggestedNetworkName(opened.name, run))
    if (!wanted.success) throw new StudioError('INVALID_INPUT', { reason: '--name must be 1 to 40 characters' })
    const { id } = await client.backbones.addRun({ run: run.id, name: wanted.data })
    const added = (await client.backbones.list()).find((each) => each.id === id)
    printer.event({ event: 'added', backbone: id, name: wanted.data, origin: added?.origin ?? [] })
    printer.line(ownNetworkWords.added(wanted.data))
    printer.line(originText(added?.origin ?? []))
    printer.note(`Next: graft train PROJECT --backbone ${id}`)
  })
}

export function removeBackbone(id: string, options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const { staysInProject } = await client.backbones.remove({ id })
    printer.event({ event: 'removed', backbone: id })
    printer.line(ownNetworkWords.removed(id, staysInProject))
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
