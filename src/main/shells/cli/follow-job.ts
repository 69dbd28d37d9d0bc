import type { JobEvent, JobResult } from '../../contract/jobs.ts'
import { StudioError, fromWireError } from '../../contract/errors.ts'
import type { Session } from './session.ts'

export interface FollowOptions<K extends JobResult['kind']> {
  readonly kind: K
  /** Ctrl+C: `stop` ends well and keeps what there is, `cancel` gives up; or something else. */
  readonly onInterrupt: 'stop' | 'cancel' | (() => Promise<void>)
  /** Said after Ctrl+C: what is kept. */
  readonly kept: string
  /** With `--json`, progress is written as lines too. */
  readonly progressEvents?: boolean
  readonly onEvent?: (event: Exclude<JobEvent, { type: 'job' }>) => void
}

export interface Followed<K extends JobResult['kind']> {
  readonly result: Extract<JobResult, { kind: K }>
  /** True when it was cancelled and this is what was kept. */
  readonly cancelled: boolean
}

/** At most so many progress lines a second with `--json`. */
const progressEveryMs = 200

/** Shows a job's progress until it has ended and answers its result. Throws what it failed with, `CANCELLED` when nothing was kept. */
export async function followJob<K extends JobResult['kind']>(
  session: Session,
  id: string,
  options: FollowOptions<K>,
): Promise<Followed<K>> {
  const { client, printer, interrupts } = session
  const end = (): Promise<void> => {
    const { onInterrupt } = options
    if (typeof onInterrupt === 'function') return onInterrupt()
    return onInterrupt === 'stop' ? client.jobs.stop({ jobId: id }) : client.jobs.cancel({ jobId: id })
  }
  const leave = interrupts.onInterrupt(options.kept, () => void end())
  const report = progressReporter(session, options.progressEvents === true)
  try {
    for await (const event of await client.jobs.watch({ jobId: id })) {
      if (event.type !== 'job') {
        options.onEvent?.(event)
        continue
      }
      const { state } = event.job
      if (state.state === 'running') report(state.progress)
      if (state.state === 'failed') throw fromWireError(state.error)
      if (state.state === 'succeeded') return { result: expectKind(state.result, options.kind), cancelled: false }
      if (state.state === 'cancelled') {
        if (state.result === null) throw new StudioError('CANCELLED', {})
        return { result: expectKind(state.result, options.kind), cancelled: true }
      }
    }
    throw new StudioError('INTERNAL', { message: `the feed of job ${id} ended before the job` })
  } finally {
    printer.progressDone()
    leave()
  }
}

type RunningProgress = Extract<Extract<JobEvent, { type: 'job' }>['job']['state'], { state: 'running' }>['progress']

function progressReporter({ printer }: Session, asEvents: boolean): (progress: RunningProgress) => void {
  let lastStep = ''
  let lastAtMs = 0
  return (progress) => {
    printer.progress(progress)
    if (!asEvents) return
    const now = Date.now()
    if (progress.step === lastStep && now - lastAtMs < progressEveryMs && progress.done !== progress.total) return
    lastStep = progress.step
    lastAtMs = now
    printer.event({ event: 'progress', ...progress })
  }
}

function expectKind<K extends JobResult['kind']>(result: JobResult, kind: K): Extract<JobResult, { kind: K }> {
  if (result.kind !== kind) throw new StudioError('INTERNAL', { message: `a ${kind} job answered with a ${result.kind} result` })
  return result as Extract<JobResult, { kind: K }>
}
