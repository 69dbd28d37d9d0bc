import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, chromium, expect, type Browser, type ElectronApplication, type Page, type TestInfo } from '@playwright/test'
import { photoWords } from '../src/renderer/text/photos.ts'
import { descendants } from './processes.ts'
import { chromiumOptions, startServer, studioEnvironment } from './studio-server.ts'
import { test as base } from './temporary-folder.ts'

const root = join(import.meta.dirname, '..')
const window = { width: 1280, height: 800 }

/** The studio as a person has it before them: the same page, in a browser or in a window of its own. */
export interface StudioDoor {
  readonly kind: 'browser' | 'electron'
  /** Another one after `reopen`. */
  readonly page: Page
  /** Where new projects go. */
  readonly projects: string
  /** Presses a button that asks for a folder, and answers with `path`: in the native dialog, or in the studio's own, which `choose` confirms. */
  chooseFolder(press: () => Promise<void>, path: string, choose: string): Promise<void>
  /** Adds a folder of photos through the page's own menu. */
  addPhotos(path: string): Promise<void>
  /** Ends the studio and starts it again. */
  reopen(project?: string): Promise<void>
  /** Kills the process that trains, as the system does when memory runs out. */
  killTrainingWorker(): void
}

interface OpenDoor {
  readonly page: Page
  chooseFolder(press: () => Promise<void>, path: string, choose: string): Promise<void>
  addPhotos(path: string): Promise<void>
  /** Its process id. */
  trainingWorker(): number
  close(): Promise<void>
}

export interface DoorFixtures {
  /** Opens the studio with a project, or on its start page: once in a test. */
  readonly openStudio: (project?: string) => Promise<StudioDoor>
  /** The studio, open on its start page. */
  readonly studio: StudioDoor
}

type OpenBrowser = () => Promise<Browser>

/** Which of the two doors a test goes through. */
export const doorOf = (testInfo: TestInfo): StudioDoor['kind'] => testInfo.project.metadata['door'] as StudioDoor['kind']

/** A test with the studio. A page that logs an error or breaks its own security policy fails the test. */
export const test = base.extend<DoorFixtures, { readonly openedBrowser: OpenBrowser }>({
  // One for all tests, each of which has a profile of its own in it.
  openedBrowser: [
    async ({}, use) => {
      let browser: Promise<Browser> | null = null
      await use(() => (browser ??= chromium.launch(chromiumOptions())))
      await (await (browser as Promise<Browser> | null))?.close()
    },
    { scope: 'worker' },
  ],
  openStudio: async ({ folder, openedBrowser }, use, testInfo) => {
    const kind = doorOf(testInfo)
    const complaints: string[] = []
    const open = (project: string | null): Promise<OpenDoor> =>
      kind === 'electron' ? openElectron(folder, complaints, project) : openBrowser(openedBrowser, folder, complaints, project)
    let door: OpenDoor | null = null
    await use(async (first) => {
      if (door !== null) throw new Error('the studio is open already: reopen it')
      let opened = (door = await open(first ?? null))
      return {
        kind,
        projects: join(folder, 'projects'),
        get page() {
          return opened.page
        },
        chooseFolder: (press, path, choose) => opened.chooseFolder(press, path, choose),
        addPhotos: (path) => opened.addPhotos(path),
        reopen: async (project) => {
          await opened.close()
          opened = door = await open(project ?? null)
        },
        killTrainingWorker: () => {
          process.kill(opened.trainingWorker(), 'SIGKILL')
        },
      }
    })
    const left = door as OpenDoor | null
    if (left === null) return
    if (testInfo.status !== testInfo.expectedStatus && testInfo.outputDir !== '') {
      mkdirSync(testInfo.outputDir, { recursive: true })
      await left.page.screenshot({ path: join(testInfo.outputDir, 'page.png') })
    }
    await left.close()
    expect(complaints, 'errors that the page logged').toEqual([])
  },
  studio: async ({ openStudio }, use) => use(await openStudio()),
})

function noteComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
}

/** Chromium before the real server. */
async function openBrowser(openedBrowser: OpenBrowser, folder: string, complaints: string[], project: string | null): Promise<OpenDoor> {
  const [server, browser] = await Promise.all([startServer(folder, project), openedBrowser()])
  const page = await browser.newPage({ viewport: window, reducedMotion: 'reduce' })
  noteComplaints(page, complaints)
  await page.goto(server.address)
  const chooseFolder: OpenDoor['chooseFolder'] = async (press, path, choose) => {
    await press()
    const dialog = page.getByRole('dialog')
    // The field fills itself once the first folder has been read.
    await expect(dialog.getByRole('textbox')).not.toHaveValue('')
    await dialog.getByRole('textbox').fill(path)
    await dialog.getByRole('textbox').press('Enter')
    if (path.endsWith('.graft')) return
    await dialog.getByRole('button', { name: choose, exact: true }).click()
  }
  return {
    page,
    chooseFolder,
    addPhotos: (path) => chooseFolder(() => openAddMenu(page, photoWords.addByPath), path, photoWords.addThis),
    trainingWorker: () => trainingWorkerOf(server.processId),
    close: async () => {
      await page.context().close()
      await server.close()
    },
  }
}

/** The process id of what trains for a studio. */
export function trainingWorkerOf(studio: number | undefined): number {
  const worker = descendants(studio ?? 0).find(({ command }) => command.includes('training-worker'))
  if (worker === undefined) throw new Error('no training worker is running')
  return worker.pid
}

/** Presses one of the ways to add photos. */
export async function openAddMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: photoWords.add }).first().click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

/** A real Electron window on the screen of `DISPLAY`, whose studio keeps its files in `folder`. */
export async function launchElectron(
  folder: string,
  project: string | null,
): Promise<{ readonly app: ElectronApplication; readonly page: Page }> {
  const executablePath = process.env['GRAFT_TEST_ELECTRON'] ?? join(root, '.cache/test-electron/electron')
  if (!existsSync(executablePath)) throw new Error('no Electron for tests here; npm test brings it')
  const app: ElectronApplication = await _electron.launch({
    executablePath,
    args: ['--no-sandbox', ...(project === null ? [] : [project])],
    env: studioEnvironment(folder),
    cwd: root,
  })
  return { app, page: await app.firstWindow() }
}

async function openElectron(folder: string, complaints: string[], project: string | null): Promise<OpenDoor> {
  const { app, page } = await launchElectron(folder, project)
  noteComplaints(page, complaints)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), window)
  const chooseFolder: OpenDoor['chooseFolder'] = async (press, path) => {
    // The system's dialog cannot be driven: it is answered in the place where the studio would open it.
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, path)
    await press()
  }
  return {
    page,
    chooseFolder,
    addPhotos: (path) => chooseFolder(() => openAddMenu(page, photoWords.addFolder), path, ''),
    trainingWorker: () => trainingWorkerOf(app.process().pid),
    close: async () => {
      // The system's question whether to quit while something is under way is answered with yes.
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
      })
      await app.close()
    },
  }
}
