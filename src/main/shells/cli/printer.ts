import { stderr, stdout } from 'node:process'
import type { StudioError } from '../../contract/errors.ts'
import { toWireError } from '../../contract/errors.ts'
import type { Progress } from '../../contract/jobs.ts'
import { describeError } from '../../../renderer/text/errors.ts'
import { commandLineHint } from './hints.ts'
import { createProgressLine } from './progress-line.ts'

/** What a verb says. Objects go to standard output with `--json`, everything for people only without it; progress goes to standard error. */
export interface Printer {
  readonly json: boolean
  /** One NDJSON object; nothing without `--json`. */
  event(value: Record<string, unknown>): void
  /** A line for people on standard output; nothing with `--json`. */
  line(text?: string): void
  /** A remark for people on standard error: what goes on, what to do next; nothing with `--json`. */
  note(text: string): void
  progress(progress: Progress): void
  /** Clears the progress line before other output. */
  progressDone(): void
  fail(error: unknown): void
}

export function createPrinter({ json }: { readonly json: boolean }): Printer {
  const bar = createProgressLine(stderr)
  const write = (text: string): void => {
    bar.clear()
    stdout.write(`${text}\n`)
  }
  const printer: Printer = {
    json,
    event: (value) => {
      if (json) write(JSON.stringify(value))
    },
    line: (text = '') => {
      if (!json) write(text)
    },
    note: (text) => {
      if (json) return
      bar.clear()
      stderr.write(`${text}\n`)
    },
    progress: (progress) => {
      if (!json) bar.show(progress)
    },
    progressDone: () => bar.clear(),
    fail: (error) => {
      const wire = toWireError(error)
      const { title, wayOut } = describeError(wire)
      printer.event({ event: 'failed', code: wire.code, message: `${title} ${wayOut}`, details: wire.details })
      printer.note([title, wayOut, ...commandLineHint(wire.code)].join('\n'))
    },
  }
  return printer
}

/** The exit code for a failure: 2 when the caller asked for something that cannot be meant, else 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return (error as Partial<StudioError>).code === 'INVALID_INPUT' ? 2 : 1
}
