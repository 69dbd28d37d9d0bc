import { StudioError } from '../../contract/errors.ts'
import { stepAt, type Sureness } from '../../contract/sureness.ts'
import type { Evaluation, RunClass, RunSummary } from '../../contract/runs.ts'
import { surenessWords as words, temperingWords } from '../../../renderer/text/sureness.ts'
import { tableText } from './table.ts'

/** Reads the threshold of an option, whole percents 0..99. Throws `INVALID_INPUT`. */
export function readThreshold(text: string, option: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text)
  throw new StudioError('INVALID_INPUT', { reason: `${option} must be whole percents from 0 to 99, for example 85, not ${text}` })
}

/** The threshold that is asked for, else the one that the run answers from, else the suggested one, else none. */
export function thresholdOf({ suggested }: Sureness, { answerFromPercent }: RunSummary, asked: string | undefined): number {
  if (asked !== undefined) return readThreshold(asked, '--at-least')
  if (answerFromPercent > 0) return answerFromPercent
  return suggested.state === 'found' ? suggested.percent : 0
}

/** The part of `graft evaluate --json` that tells how sure a run is, and what comes of the threshold. */
export function surenessEvent({ calibration, worth, suggested, steps, classes }: Sureness, names: readonly RunClass[], percent: number) {
  return {
    calibration,
    worth,
    suggested,
    threshold: {
      percent,
      ...withoutFrom(stepAt(steps, percent)),
      classes: classes.map(({ classId, steps: own }) => ({ class: nameOf(names, classId), ...withoutFrom(stepAt(own, percent)) })),
    },
  }
}

/** The same in lines for people. */
export function surenessLines(
  { calibration, worth, suggested, steps, classes }: Sureness,
  { run: { tempering }, classes: names }: Pick<Evaluation, 'run' | 'classes'>,
  percent: number,
): string[] {
  const step = stepAt(steps, percent)
  if (calibration === null || step === null) return [`${words.title}: ${words.none}`]
  const rows = classes.map(({ classId, steps: own }) => {
    const at = stepAt(own, percent)
    const shares = at === null ? ['-', '-', '0'] : [words.share(1 - at.answered.accuracy), words.missedExact(at), String(at.missed.n)]
    return [nameOf(names, classId), ...shares]
  })
  const heading = [
    'class',
    `${words.noAnswer.toLowerCase()} (${words.noAnswerTerm})`,
    `${words.missed.toLowerCase()} (${words.missedTerm})`,
    'photos',
  ]
  return [
    `${words.title}: ${words.said(calibration)} ${words.error(calibration)}.`,
    temperingWords.said(tempering) + (tempering.state === 'tempered' && worth !== null ? ` ${temperingWords.worth(worth)}` : ''),
    ...calibration.bins.toReversed().map((bin) => `  ${words.bin(bin)} (${words.binExact(bin)}).`),
    words.suggested(suggested),
    '',
    `${words.atLeast(percent)}: ${words.outcome(step)}`,
    `Test: ${words.outcomeExact(step)}.`,
    tableText(heading, rows, ['left', 'right', 'right', 'right']),
  ]
}

function withoutFrom(step: ReturnType<typeof stepAt>) {
  const { answered, right, missed } = step ?? { answered: null, right: null, missed: null }
  return { answered, right, missed }
}

function nameOf(classes: readonly RunClass[], classId: number): string {
  return classes.find(({ id }) => id === classId)?.name ?? ''
}
