import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from '@playwright/test'
import { chromiumOptions, startServer } from '../studio-server.ts'
import { preparations } from './preparations.ts'
import { makeProjects, runIds, type Projects } from './projects.ts'
import { scenes, type Scene } from './scenes.ts'

// npm run screenshots -- [--only NAME,NAME]: takes a picture of every screen, light and dark, in the smallest and the usual window.

const folder = join(import.meta.dirname, '../../.cache/screenshots')
const out = join(folder, 'out')
const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
]
const themes = ['light', 'dark'] as const
/** Photos come from the disk, charts are drawn in the frame after their data. */
const settleMs = 500

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wanted = values.only?.split(',')
const chosen = scenes.filter(({ name }) => wanted?.some((each) => name.startsWith(each)) ?? true)
if (wanted === undefined) rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

const projects = await makeProjects(join(folder, 'projects'))
const browser = await chromium.launch(chromiumOptions())
for (const project of new Set(chosen.map((scene) => scene.project))) await photograph(browser, project, projects)
await browser.close()
stdout.write(`${chosen.length * sizes.length * themes.length} pictures in ${out}\n`)

async function photograph(browser: Browser, project: Scene['project'], projects: Projects): Promise<void> {
  const isFresh = project === 'new' || project === 'none'
  const path = project === null || isFresh ? null : projects[project]
  const studioFolder = join(folder, isFresh ? project : 'projects')
  if (isFresh) rmSync(studioFolder, { recursive: true, force: true })
  mkdirSync(studioFolder, { recursive: true })
  const ids = path === null ? new Map<number, string>() : await runIds(path, studioFolder)
  const routeOf = ({ route }: Scene): string => route.replace(/\{(\d+)\}/g, (_, number) => ids.get(Number(number)) ?? 'none')
  const server = await startServer(studioFolder, path)
  try {
    const first = await browser.newPage()
    await first.goto(server.address)
    if (project !== null) await preparations[project]?.(first, { folder: studioFolder, project: path, processId: server.processId })
    const state = await first.context().storageState()
    const origin = new URL(first.url()).origin
    await first.close()
    for (const colorScheme of themes) {
      for (const viewport of sizes) {
        const context = await browser.newContext({ storageState: state, colorScheme, viewport, reducedMotion: 'reduce' })
        for (const scene of chosen.filter((each) => each.project === project)) {
          const page = await context.newPage()
          await scene.before?.(page)
          await page.goto(`${origin}/#${routeOf(scene)}`)
          await page.waitForLoadState('networkidle')
          await page.waitForTimeout(settleMs)
          if (scene.act !== undefined) {
            await scene.act(page)
            await page.waitForTimeout(settleMs)
          }
          await page.screenshot({ path: join(out, `${scene.name}-${colorScheme}-${viewport.width}.png`) })
          await page.close()
        }
        await context.close()
      }
    }
  } finally {
    await server.close()
  }
}
