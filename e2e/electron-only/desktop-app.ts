import type { ChildProcess } from 'node:child_process'
import { expect, type ElectronApplication, type Page } from '@playwright/test'
import { launchElectron } from '../doors.ts'
import { test as base } from '../temporary-folder.ts'

/** What the studio asked in a dialog of the system. */
export interface Asked {
  readonly message: string
  readonly detail: string
  readonly buttons: readonly string[]
  readonly defaultId: number
  readonly cancelId: number
}

/** The studio in a window of its own, to be looked at from its main process too. */
export interface Desktop {
  start(project?: string): Promise<{ readonly app: ElectronApplication; readonly page: Page; readonly process: ChildProcess }>
  /** Questions of the system are noted from now on, and answered with this button. */
  answerWith(button: number): Promise<void>
  asked(): Promise<readonly Asked[]>
  /** Resolves when the process has ended. */
  ended(): Promise<void>
}

export const test = base.extend<{ readonly desktop: Desktop }>({
  desktop: async ({ folder }, use) => {
    let app: ElectronApplication | null = null
    const open = (): ElectronApplication => {
      if (app === null) throw new Error('the studio was not started')
      return app
    }
    // Asked for at once: Playwright forgets the process when it has ended.
    let process: ChildProcess | null = null
    const hasEnded = (): boolean => process === null || process.exitCode !== null || process.signalCode !== null
    await use({
      start: async (project) => {
        const launched = await launchElectron(folder, project ?? null)
        ;({ app } = launched)
        process = app.process()
        return { ...launched, process }
      },
      answerWith: (button) =>
        open().evaluate(({ dialog }, response) => {
          const asked: unknown[] = []
          Object.assign(globalThis, { asked })
          dialog.showMessageBox = (...given: readonly unknown[]) => {
            asked.push(given.at(-1))
            return Promise.resolve({ response, checkboxChecked: false })
          }
        }, button),
      asked: () => open().evaluate(() => (globalThis as unknown as { asked: readonly Asked[] }).asked),
      ended: async () => {
        await expect.poll(hasEnded, { timeout: 30_000 }).toBe(true)
      },
    })
    if (!hasEnded()) open().process().kill('SIGKILL')
  },
})
