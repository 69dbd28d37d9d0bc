import { findRun } from '../find-run.ts'
import { runEvent } from '../run-words.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { readThreshold } from '../sureness-lines.ts'
import { surenessWords, temperingWords } from '../../../../renderer/text/sureness.ts'

export interface AnswerOptions extends GlobalOptions {
  /** Percent; 0: always. */
  readonly from?: string
  readonly percentages?: 'right' | 'trained'
}

/** Says how a run answers from now on, and shows it. The percentages first: they put the threshold back. */
export function answerRun(project: string, reference: string, options: AnswerOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const percent = options.from === undefined ? null : readThreshold(options.from, '--from')
    const found = await findRun(client, reference)
    let { run } = await client.runs.get({ run: found })
    if (options.percentages !== undefined) run = await client.runs.temper({ run: run.id, isTempered: options.percentages === 'right' })
    if (percent !== null) run = await client.runs.setThreshold({ run: run.id, percent })
    printer.event(runEvent(run))
    printer.line(`Run #${run.number} (${run.id}). ${temperingWords.said(run.tempering)}`)
    printer.line(surenessWords.kept(run.answerFromPercent))
  })
}
