import { app, dialog, powerMonitor, BrowserWindow, type MessageBoxOptions } from 'electron'
import { isActive, type Job } from '../../contract/jobs.ts'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { leaveWords } from '../../../renderer/text/leave.ts'
import { closeWhenSaved } from './close-when-saved.ts'

/** Asks before the window closes, and the studio with it, while something is under way. What ends the whole session is not held up. */
export function askBeforeQuit(window: BrowserWindow, studio: Studio, log: Log): void {
  let state: 'open' | 'asking' | 'leaving' = 'open'
  let isEnding = false
  const leaveAtOnce = (): void => {
    state = 'leaving'
    app.quit()
  }
  const endAtOnce = (): void => {
    isEnding = true
    leaveAtOnce()
  }
  // The system ends, or whoever started the studio does: there is nobody to answer.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, endAtOnce)
  powerMonitor.once('shutdown', endAtOnce)
  window.once('session-end', () => {
    state = 'leaving'
    isEnding = true
  })
  window.on('close', (event) => {
    if (state === 'leaving') return
    if (state === 'open' && jobsUnderWay(studio).length === 0) return
    event.preventDefault()
    if (state === 'asking') return
    state = 'asking'
    leaveForGood(studio)
      .then((leaves) => {
        if (leaves) leaveAtOnce()
        else if (state === 'asking') state = 'open'
      })
      .catch((error: unknown) => {
        state = 'open'
        log.error('nobody could be asked whether to quit', { error: String(error) })
      })
  })
  closeWhenSaved(window, {
    mayClose: async () => isEnding || (await ask(leaveWords.unsaved)),
    onStay: () => (state = 'open'),
    log,
  })
}

/** Trainings keep their best epoch before the process ends, as they do before their project closes. */
async function leaveForGood(studio: Studio): Promise<boolean> {
  if (!(await mayLeave(studio, 'quit'))) return false
  await studio.context.jobs.endAll()
  return true
}

/**
 * Whether the open project may be left: nothing is under way, or the person said so. Closing the project then ends the work and keeps what
 * it has.
 */
export async function mayLeave(studio: Pick<Studio, 'context'>, purpose: 'quit' | 'open' | 'close'): Promise<boolean> {
  const jobs = jobsUnderWay(studio)
  if (jobs.length === 0) return true
  const { message, leave } = leaveWords[purpose]
  return ask({ message: message(leaveWords.work(jobs)), detail: jobs.map(leaveWords.left).join('\n\n'), leave })
}

/** A question of the system before the window; answers whether the person leaves. */
async function ask({ message, detail, leave }: { message: string; detail: string; leave: string }): Promise<boolean> {
  const buttons = [leaveWords.stay, leave]
  const options: MessageBoxOptions = { type: 'question', message, detail, buttons, defaultId: 0, cancelId: 0, noLink: true }
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized() === true) window.restore()
  const { response } = await (window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options))
  return response === 1
}

/** Queued and running, oldest first. */
function jobsUnderWay({ context: { jobs } }: Pick<Studio, 'context'>): readonly Job[] {
  return jobs.list().filter(isActive)
}
