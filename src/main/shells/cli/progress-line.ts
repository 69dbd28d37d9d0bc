import type { Progress } from '../../contract/jobs.ts'
import { bytesText, countText, rateText, timeLeftText } from '../../../renderer/text/numbers.ts'

export interface ProgressLine {
  show(progress: Progress): void
  /** Takes the line off the terminal, so that other output has it. */
  clear(): void
}

/** What is being done, with room for the bar after it. */
const stepWords: { readonly [S in Progress['step']]: string } = {
  waiting: 'Starting',
  listing: 'Looking for photos',
  importing: 'Importing photos',
  extracting: 'Extracting features',
  comparing: 'Comparing photos',
  placing: 'Laying photos out',
  training: 'Training',
  evaluating: 'Measuring',
  writing: 'Writing files',
  packing: 'Packing the files',
  verifying: 'Proving the export',
  downloading: 'Downloading',
  converting: 'Converting',
  measuring: 'Measuring its speed',
  unpacking: 'Unpacking',
  building: 'Building the binding',
  testing: 'Testing the engine',
  deleting: 'Deleting for good',
  copying: 'Writing photos',
  checking: 'Checking labels',
  rereading: 'Reading it back',
  inspecting: 'Checking photos',
  relearning: 'Learning from parts',
}

const barCells = 24
/** Often enough to look alive, seldom enough to cost nothing. */
const redrawMs = 80

/**
 * Progress on one line of a terminal, redrawn in place. Where `stream` is no terminal (a log file): one plain line when a step begins
 * and one at each further quarter of it.
 */
export function createProgressLine(stream: NodeJS.WriteStream, now: () => number = Date.now): ProgressLine {
  return stream.isTTY ? redrawnLine(stream, now) : plainLines(stream)
}

function redrawnLine(stream: NodeJS.WriteStream, now: () => number): ProgressLine {
  let drawn = false
  let lastAtMs = 0
  let lastStep: Progress['step'] | null = null
  return {
    show: (progress) => {
      if (progress.step === lastStep && now() - lastAtMs < redrawMs && progress.done !== progress.total) return
      lastStep = progress.step
      lastAtMs = now()
      stream.write(`\r\u001b[2K${progressText(progress).slice(0, Math.max(20, stream.columns - 1))}`)
      drawn = true
    },
    clear: () => {
      if (drawn) stream.write('\r\u001b[2K')
      drawn = false
    },
  }
}

function plainLines(stream: NodeJS.WriteStream): ProgressLine {
  let said = ''
  return {
    show: (progress) => {
      const { step, done, total } = progress
      const quarter = total === null || total === 0 ? 0 : Math.floor((done / total) * 4)
      const now = `${step} ${quarter}`
      if (now === said) return
      said = now
      stream.write(total === null ? `${stepWords[step]}\n` : `${stepWords[step]} ${amount(step, done)}/${amount(step, total)}\n`)
    },
    clear: () => undefined,
  }
}

/** Downloads count bytes, everything else counts things. */
function amount(step: Progress['step'], count: number): string {
  return step === 'downloading' ? bytesText(count) : countText(count)
}

/** `Importing photos  ████████░░░░  212/300  80 a second  2 s left` */
export function progressText({ step, done, total, perSecond, secondsLeft }: Progress): string {
  const parts = [stepWords[step].padEnd(19)]
  if (total !== null && total > 0) {
    const full = Math.min(barCells, Math.round((done / total) * barCells))
    parts.push('█'.repeat(full) + '░'.repeat(barCells - full), `${amount(step, done)}/${amount(step, total)}`)
  } else if (done > 0) parts.push(amount(step, done))
  if (perSecond !== null && perSecond > 0 && done > 0)
    parts.push(step === 'downloading' ? `${bytesText(perSecond)} a second` : rateText(perSecond))
  if (secondsLeft !== null && done !== total) parts.push(timeLeftText(secondsLeft))
  return parts.join('  ')
}
