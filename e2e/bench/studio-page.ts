import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { graftEvents } from '../graft-command.ts'
import { chromiumOptions, startServer, studioEnvironment } from '../studio-server.ts'
import { makeLargeProject } from './large-project.ts'
import type { Row } from './measurements.ts'
import { benchFolder, root } from './places.ts'
import { framesWhileHovering, framesWhileScrolling, heapBytes, timeUntilPhotos } from './studio-page-measurements.ts'

// The studio's page before large projects, in the system's Chromium without a GPU: the slowest that a person may have.

const images = 100_000
const runs = 10_000
const overlaid = 50
const home = join(benchFolder, 'studio')
/** Ten notches of a wheel a second bring about 1,000 px; faster than anybody looks at photos, and faster than anybody sees them. */
const steadyPxPerFrame = 40
const flungPxPerFrame = 120
const window = { width: 1920, height: 1080 }

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const milliseconds = (value: number): string => `${value.toFixed(0)} ms`

function row(what: string, measured: number, limit: number): Row {
  return {
    what,
    graft: milliseconds(measured),
    other: '',
    ratio: `${((measured / limit) * 100).toFixed(0)} %`,
    wanted: `${milliseconds(limit)} at most`,
  }
}

async function projectOf(name: string, wanted: Omit<Parameters<typeof makeLargeProject>[0], 'folder'>): Promise<string> {
  const path = join(home, `${name}.graft`)
  mkdirSync(home, { recursive: true })
  return existsSync(path) ? path : makeLargeProject({ ...wanted, name, folder: home })
}

/** Uses a page on a studio that has `project` open. */
async function withPage<T>(project: string | null, use: (page: Page) => Promise<T>): Promise<T> {
  const server = await startServer(home, project)
  const browser = await chromium.launch(chromiumOptions())
  try {
    const page = await browser.newPage({ viewport: window })
    await page.goto(server.address)
    return await use(page)
  } finally {
    await browser.close()
    await server.close()
  }
}

async function photos(rounds: number): Promise<readonly Row[]> {
  const project = await projectOf(`${images}-photos`, { images })
  const opened: number[] = []
  for (let round = 0; round < rounds; round++) {
    // Once before, so that the start page has its card.
    if (round === 0) await withPage(project, (page) => page.getByRole('gridcell').first().waitFor())
    await withPage(null, async (page) => {
      const card = page.getByRole('button', { name: new RegExp(`${images}-photos`) }).first()
      await card.waitFor()
      await card.evaluate((element) => element.setAttribute('data-bench', 'card'))
      opened.push(await timeUntilPhotos(page, { click: '[data-bench=card]' }))
    })
  }
  return withPage(project, async (page) => {
    await page.getByRole('gridcell').first().waitFor()
    const filters: number[] = []
    for (let round = 0; round < rounds; round++)
      for (const hash of ['/photos?class=2', '/photos?class=unlabelled', '/photos?class=3', '/photos?class=4'])
        filters.push(await timeUntilPhotos(page, { hash: `#${hash}` }))
    const before = await heapBytes(page)
    const steady = await framesWhileScrolling(page, '[role=grid]', steadyPxPerFrame, 10)
    const flung = await framesWhileScrolling(page, '[role=grid]', flungPxPerFrame, 10)
    const after = await heapBytes(page)
    return [
      row(
        `open a project of ${images.toLocaleString('en-US')} photos, from the click on its card to the last photo on screen`,
        median(opened),
        1500,
      ),
      row(`the same project filtered by class, to the last photo on screen`, median(filters), 150),
      ...[steady, flung].map((frames, index) =>
        row(
          `${index === 0 ? 'scrolling its photos as a wheel does, 2,400 px a second' : 'flinging through its photos, 7,200 px a second'}, 95th percentile of ${frames.count} frames (median ${milliseconds(frames.median)})`,
          frames.p95,
          32,
        ),
      ),
      {
        what: 'heap of the page after these frames / before, collected',
        graft: `${(after / 1e6).toFixed(1)} MB`,
        other: `${(before / 1e6).toFixed(1)} MB`,
        ratio: `${(after / before).toFixed(2)} times`,
        wanted: 'flat',
      },
    ]
  })
}

async function runTable(rounds: number): Promise<readonly Row[]> {
  const project = await projectOf(`${runs}-runs`, { images: 2000, runs, longRuns: overlaid })
  const newest = (await graftEvents(['runs', project], { cwd: home })).slice(0, overlaid)
  return withPage(project, async (page) => {
    await page.getByRole('gridcell').first().waitFor()
    const listed: number[] = []
    for (let round = 0; round < rounds; round++) {
      await page.reload()
      await page.getByRole('gridcell').first().waitFor()
      listed.push(
        await page.evaluate(async () => {
          const startedAt = performance.now()
          location.hash = '#/compare'
          while (document.querySelector('[role=columnheader]') === null || document.querySelectorAll('[role=grid] [role=row]').length < 10)
            await new Promise(requestAnimationFrame)
          return performance.now() - startedAt
        }),
      )
      await page.evaluate(() => (location.hash = '#/photos'))
    }
    const ids = newest.map((run) => String(run['run'])).join(',')
    await page.evaluate((hash) => (location.hash = hash), `#/compare/${ids}`)
    const canvas = '.u-over'
    await page.locator(canvas).first().waitFor()
    await page.waitForTimeout(1000)
    const frames = await framesWhileHovering(page, canvas, 8)
    return [
      row(`table of ${runs.toLocaleString('en-US')} runs, from the press to its rows`, median(listed), 500),
      row(
        `${overlaid} curves of 1,000 epochs while the pointer moves over them, 95th percentile of ${frames.count} frames`,
        frames.p95,
        17.5,
      ),
    ]
  })
}

/** The second `npm start`: to the first screen that can be used, the browser's own start left out. */
async function start(rounds: number): Promise<Row> {
  const browser = await chromium.launch(chromiumOptions())
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const page = await browser.newPage({ viewport: window })
    const startedAt = performance.now()
    const studio = spawn(process.execPath, [join(root, 'src/main/setup/launch.mjs'), 'start', '--no-open'], {
      cwd: root,
      env: studioEnvironment(home),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const address = await new Promise<string>((resolve) => {
      let printed = ''
      studio.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(printed)?.[0]
        if (found !== undefined) resolve(found)
      })
    })
    await page.goto(address)
    await page.getByRole('heading', { level: 1 }).waitFor()
    // The first one may still build.
    if (round > 0) times.push(performance.now() - startedAt)
    await page.close()
    studio.kill('SIGTERM')
    await new Promise((resolve) => studio.once('exit', resolve))
  }
  await browser.close()
  return row('npm start, the second time, to the first screen that can be used', median(times), 3000)
}

/** The rows of `npm run bench -- ui`. */
export async function studioPage(rounds: number): Promise<readonly Row[]> {
  return [...(await photos(rounds)), ...(await runTable(rounds)), await start(rounds)]
}
