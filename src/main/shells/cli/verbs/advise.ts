import { adviceWords as words } from '../../../../renderer/text/advice.ts'
import { frequencies, pText, rateText } from '../../../../renderer/text/numbers.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export interface AdviseOptions extends GlobalOptions {
  readonly last?: boolean
}

const following = { kind: 'advise', onInterrupt: 'cancel', kept: 'Ending; what was found before stays.' } as const

/** Judges every starting network of this machine by some hundred photos and lists them, the best first; with `last` lists what was found last. */
export function adviseBackbone(project: string, options: AdviseOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    if (options.last !== true) await followJob(session, (await client.adviser.advise()).jobId, following)
    const [advice, known] = await Promise.all([client.adviser.get(), client.backbones.list()])
    if (advice === null) return printer.note(`Nothing was compared yet: graft advise ${project} does it.`)
    for (const score of advice.scores) printer.event({ event: 'score', images: advice.images, ...score })
    printer.line(
      tableText(
        ['network', 'right, of 100 new photos', 'nearest neighbours', 'LogME', 'against the best', 'speed'],
        advice.scores.map(({ backbone, probe, neighbours, logEvidence, p, photosPerSecond }) => [
          backbone,
          frequencies(probe, 'labelled').sentence,
          frequencies(neighbours, 'labelled').counted,
          logEvidence.toFixed(3),
          p === null ? '' : `p ${pText(p)}`,
          photosPerSecond === null ? '' : rateText(photosPerSecond),
        ]),
      ),
    )
    printer.line(words.said(advice, (id) => known.find((each) => each.id === id)?.plainName ?? id))
  })
}
