import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type ElectronApplication, type Page } from '@playwright/test'
import { build } from 'vite'
import { doorPromises } from '../../src/main/contract/testing/door-promises.ts'
import type { StudioSide } from '../../src/main/contract/testing/studio-side.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { launchElectron } from '../doors.ts'

/** What `contract-main.ts` exports. */
interface BehindPort {
  openBehindPort(folder: string): { readonly side: StudioSide; close(): Promise<void> }
}

const here = import.meta.dirname
/** In the checkout, because the program's packages are looked for from where it lies. */
const built = join(here, '../../.cache/contract-door')

// The real window, its preload and its sandboxed page; only the studio behind the port is one of its own, which can be told what to do.
test.describe("the contract through the door: Electron's MessagePort", () => {
  let folder: string
  let app: ElectronApplication
  let page: Page

  test.beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'graft-e2e-')))
    const program = await buildMain()
    const script = await buildPage()
    ;({ app, page } = await launchElectron(folder, null))
    // The window's own page has been answered: a port that it hands over later would be that of the other studio, and watch its jobs.
    await expect(page.getByRole('heading', { name: startWords.title })).toBeVisible()
    await app.evaluate(
      (_electron, { file, place }) => {
        const { createRequire } = process.getBuiltinModule('node:module')
        const { openBehindPort } = createRequire(file)(file) as BehindPort
        Object.assign(globalThis, { behindPort: openBehindPort(place) })
      },
      { file: program, place: folder },
    )
    await page.exposeFunction('askStudioSide', (method: keyof StudioSide, args: readonly unknown[]) =>
      app.evaluate(
        (_electron, call) => {
          const { side } = (globalThis as unknown as { behindPort: { side: Record<string, (...args: readonly unknown[]) => unknown> } })
            .behindPort
          return side[call.method]?.(...call.args)
        },
        { method, args },
      ),
    )
    // Later and not at once: what a debugger evaluates may do what the page's policy forbids.
    await page.evaluate(`new Promise((done) => setTimeout(() => { ${script}\ndone() }))`)
  })
  test.afterAll(async () => {
    await app.evaluate(() => (globalThis as unknown as { behindPort: { close(): Promise<void> } }).behindPort.close())
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const [index, { promise, expected }] of doorPromises.entries()) {
    test(promise, async () => {
      expect(await page.evaluate((at) => window.observePromise?.(at), index)).toEqual(expected)
    })
  }
})

/** Answers the path of the program for the main process. */
async function buildMain(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(here, 'contract-main.ts'),
      outDir: built,
      emptyOutDir: true,
      rolldownOptions: { external: ['electron'], output: { entryFileNames: 'contract-main.mjs' } },
    },
  })
  return join(built, 'contract-main.mjs')
}

/** Answers a script for the page: its policy loads no file from elsewhere. */
async function buildPage(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: join(here, 'contract-page.ts'), formats: ['iife'], name: 'contractPage' } },
  })
  const [first] = Array.isArray(output) ? output : [output]
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined
  if (chunk === undefined) throw new Error('the script for the page was not built')
  return chunk.code
}
