import type { Job } from '../../contract/jobs.ts'
import type { MenuCommand } from '../../contract/preload-bridge.ts'
import { endedWords } from '../../../renderer/text/desktop.ts'

/** Shorter work ends before anybody has turned to something else. */
const longWorkMs = 30_000

/** For `BrowserWindow.setProgressBar`: 0..1, 2 where nothing is known of the rest, -1 for no work. Several jobs count alike. */
export function barValue(jobs: readonly Job[]): number {
  const running = jobs.flatMap(({ state }) => (state.state === 'running' ? [state.progress] : []))
  if (running.length === 0) return -1
  const shares = running.flatMap(({ done, total }) => (total === null || total === 0 ? [] : [Math.min(1, done / total)]))
  return shares.length === 0 ? 2 : shares.reduce((sum, share) => sum + share, 0) / shares.length
}

/** What the system shows of a job's end, and where a press on it leads. */
export interface EndTold {
  readonly title: string
  readonly body: string
  readonly leadsTo: MenuCommand | null
}

/**
 * What is told of `job` that was under way (`before`) and has ended at `nowMs`; null for work that was short, and for work that
 * somebody has ended by hand.
 */
export function endTold(before: Job, job: Job, nowMs: number): EndTold | null {
  const { state } = job
  const wasUnderWay = before.state.state === 'running' || before.state.state === 'queued'
  if (!wasUnderWay || job.startedAtMs === null || nowMs - job.startedAtMs <= longWorkMs) return null
  if (state.state === 'failed') return { ...endedWords.failed(job, state.error), leadsTo: leadsTo(job) }
  return state.state === 'succeeded' ? { ...endedWords.succeeded(job, state.result), leadsTo: leadsTo(job) } : null
}

function leadsTo({ kind, runId }: Job): MenuCommand | null {
  switch (kind) {
    case 'train':
      return runId === null ? { do: 'show', page: 'train' } : { do: 'show-run', run: runId }
    case 'import':
    case 'empty-trash':
      return { do: 'show', page: 'photos' }
    case 'export':
    case 'export-photos':
      return { do: 'show', page: 'export' }
    case 'fetch-backbone':
    case 'advise':
      return { do: 'show', page: 'train' }
    case 'install-engine':
    case 'backup':
    case 'restore':
      return { do: 'show', page: 'settings' }
    case 'compare':
    case 'check-labels':
    case 'learning-curve':
    case 'map':
    case 'measure-photos':
      return { do: 'show', page: 'check' }
    case 'features':
    case 'calibrate':
    case 'sample':
      return null
    default:
      return kind satisfies never
  }
}
