import { BrowserWindow, Notification } from 'electron'
import type { Job } from '../../contract/jobs.ts'
import type { Studio } from '../../core/studio.ts'
import { tellPage } from './native-menu.ts'
import { barValue, endTold, type EndTold } from './work-told.ts'

/** As often as a bar of the system is worth moving. */
const lookMs = 500

/** Shows work on the window's button in the task bar, and tells of the end of long work while nobody looks. Ends with the window. */
export function tellWork(window: BrowserWindow, { context: { jobs, clock } }: Studio): void {
  let before = new Map<string, Job>()
  let shown = -1
  const look = (): void => {
    const now = jobs.list()
    const value = barValue(now)
    if (value !== shown) window.setProgressBar(value)
    shown = value
    for (const job of now) {
      const earlier = before.get(job.id)
      const told = earlier === undefined ? null : endTold(earlier, job, clock())
      if (told !== null && BrowserWindow.getFocusedWindow() === null) notify(window, told)
    }
    before = new Map(now.map((job) => [job.id, job]))
  }
  const timer = setInterval(look, lookMs)
  window.once('closed', () => clearInterval(timer))
}

/** Kept until they are pressed or gone: a notification that nothing holds is collected, and its press is not heard. */
const open = new Set<Notification>()

function notify(window: BrowserWindow, { title, body, leadsTo }: EndTold): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  open.add(notification)
  notification.on('close', () => open.delete(notification))
  notification.on('click', () => {
    open.delete(notification)
    if (window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
    if (leadsTo !== null) tellPage(leadsTo)
  })
  notification.show()
}
