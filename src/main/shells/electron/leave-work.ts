import { app, dialog, powerMonitor, BrowserWindow } from 'electron'
import type { Job } from '../../contract/jobs.ts'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { hasEpoch, leaveWords } from '../../../renderer/text/desktop.ts'

/** A training ends with its epoch, which takes a second or so; one that takes longer is left as interrupted. */
const endingMs = 15_000

/** Asks before the window closes, and the studio with it, while something is under way. What ends the whole session is not held up. */
export function askBeforeQuit(window: BrowserWindow, studio: Studio, log: Log): void {
  let state: 'open' | 'asking' | 'leaving' = 'open'
  const leaveAtOnce = (): void => {
    state = 'leaving'
    app.quit()
  }
  // The system ends, or whoever started the studio does: there is nobody to answer.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, leaveAtOnce)
  powerMonitor.once('shutdown', leaveAtOnce)
  window.once('session-end', () => (state = 'leaving'))
  window.on('close', (event) => {
    if (state === 'leaving') return
    if (state === 'open' && jobsUnderWay(studio).length === 0) return
    event.preventDefault()
    if (state === 'asking') return
    state = 'asking'
    mayLeave(studio, 'quit')
      .then((leaves) => {
        if (leaves) leaveAtOnce()
        else if (state === 'asking') state = 'open'
      })
      .catch((error: unknown) => {
        state = 'open'
        log.error('nobody could be asked whether to quit', { error: String(error) })
      })
  })
}

/**
 * Whether the open project may be left: nothing is under way, or the person said so. In that case trainings have been stopped with their
 * best epoch kept; closing the project does the rest.
 */
export async function mayLeave(studio: Pick<Studio, 'context'>, purpose: 'quit' | 'open' | 'close'): Promise<boolean> {
  const jobs = jobsUnderWay(studio)
  if (jobs.length === 0) return true
  const { message, leave } = leaveWords[purpose]
  const options = {
    type: 'question' as const,
    message: message(leaveWords.work(jobs)),
    detail: jobs.map(leaveWords.left).join('\n\n'),
    buttons: [leaveWords.stay, leave],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized() === true) window.restore()
  const { response } = await (window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options))
  if (response !== 1) return false
  await keepBestEpochs(studio)
  return true
}

/** Stops trainings that have an epoch to keep, and waits for their results, `endingMs` at most. */
async function keepBestEpochs({ context: { jobs } }: Pick<Studio, 'context'>): Promise<void> {
  const ending = jobs.list().filter(hasEpoch)
  if (ending.length === 0) return
  for (const { id } of ending) jobs.stop(id)
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, endingMs)
  await Promise.race([Promise.all(ending.map(({ id }) => jobs.finished(id))), late.promise])
  clearTimeout(timer)
}

/** Queued and running, oldest first. */
function jobsUnderWay({ context: { jobs } }: Pick<Studio, 'context'>): readonly Job[] {
  return jobs.list().filter(({ state }) => state.state === 'queued' || state.state === 'running')
}
