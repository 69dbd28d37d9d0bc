import { StudioError } from '../../../contract/errors.ts'
import { findRun } from '../find-run.ts'
import { runEvent } from '../run-words.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { readThreshold } from '../sureness-lines.ts'
import { foreignWords, surenessWords, temperingWords } from '../../../../renderer/text/sureness.ts'

export interface AnswerOptions extends GlobalOptions {
  /** Percent; 0: always. */
  readonly from?: string
  readonly percentages?: 'right' | 'trained'
  /** So many of 100 photos of the classes may be refused with foreign ones, or `off`. */
  readonly foreign?: string
}

/** Says how a run answers from now on, and shows it. The percentages first: they put the threshold back. */
export function answerRun(project: string, reference: string, options: AnswerOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const percent = options.from === undefined ? null : readThreshold(options.from, '--from')
    const found = await findRun(client, reference)
    let { run } = await client.runs.get({ run: found })
    if (options.percentages !== undefined) run = await client.runs.temper({ run: run.id, isTempered: options.percentages === 'right' })
    if (percent !== null) run = await client.runs.setThreshold({ run: run.id, percent })
    if (options.foreign !== undefined) run = await client.runs.refuseForeign({ run: run.id, ofHundred: readForeign(options.foreign) })
    printer.event(runEvent(run))
    printer.line(`Run #${run.number} (${run.id}). ${temperingWords.said(run.tempering)}`)
    printer.line(surenessWords.kept(run.answerFromPercent))
    if (run.foreign !== null) printer.line(foreignWords.on(run.foreign))
  })
}

/** Null: off. Throws `INVALID_INPUT`. */
function readForeign(text: string): number | null {
  if (text === 'off') return null
  const ofHundred = Number(text)
  if (Number.isInteger(ofHundred) && ofHundred >= 1 && ofHundred <= 20) return ofHundred
  throw new StudioError('INVALID_INPUT', { reason: `--foreign must be a whole number from 1 to 20, for example 5, or off, not ${text}` })
}
