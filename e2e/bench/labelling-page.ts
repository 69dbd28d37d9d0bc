import { chromium, type Page } from '@playwright/test'
import { labelWords } from '../../src/renderer/text/label.ts'
import { chromiumOptions, startServer } from '../studio-server.ts'
import { framesWhileScrolling, timeUntilPhotos } from './studio-page-measurements.ts'

/** What a person waits for, ms. */
export interface PageTimes {
  /** From the click on the project's card to the last photo on screen. */
  readonly openMs: number
  /** From the choice of a class to the last of its photos on screen. */
  readonly filterMs: number
  /** 95th percentile of the frames while a wheel scrolls. */
  readonly scrollMs: number
  /** From a class key to the next photo, drawn and shown: percentiles. */
  readonly key: { readonly p50: number; readonly p95: number; readonly p99: number; readonly presses: number }
}

const window = { width: 1920, height: 1080 }
const scrollPxPerFrame = 40
/** As fast as somebody is who does nothing else. */
const pressEveryMs = 150

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function withPage<T>(home: string, project: string | null, use: (page: Page) => Promise<T>): Promise<T> {
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

/** Measures the studio's page on `project`, whose photos lie in `home`; photos of it are labelled. */
export async function pageTimes(home: string, project: string, name: string, rounds: number, presses = 240): Promise<PageTimes> {
  const opened: number[] = []
  await withPage(home, project, (page) => page.getByRole('gridcell').first().waitFor())
  for (let round = 0; round < rounds; round++)
    await withPage(home, null, async (page) => {
      const card = page.getByRole('button', { name: new RegExp(name) }).first()
      await card.waitFor()
      await card.evaluate((element) => element.setAttribute('data-bench', 'card'))
      opened.push(await timeUntilPhotos(page, { click: '[data-bench=card]' }))
    })
  return withPage(home, project, async (page) => {
    await page.getByRole('gridcell').first().waitFor()
    const filters: number[] = []
    for (let round = 0; round < rounds; round++)
      for (const hash of ['/photos?class=2', '/photos?class=unlabelled', '/photos?class=3', '/photos?class=4'])
        filters.push(await timeUntilPhotos(page, { hash: `#${hash}` }))
    const scrolled = await framesWhileScrolling(page, '[role=grid]', scrollPxPerFrame, 8)
    await page.evaluate(() => (location.hash = '#/label'))
    await page.getByRole('group', { name: labelWords.classes }).getByRole('button').first().waitFor()
    const key = await pressTimes(page, presses)
    return { openMs: median(opened), filterMs: median(filters), scrollMs: scrolled.p95, key }
  })
}

/**
 * Presses class keys and waits for the next photo each time. What counts is the browser's own time from the key to the frame on the screen
 * (Event Timing, in steps of 8 ms; 16 where it was so fast that it is not told of), and no photo that was not there in that very frame.
 */
async function pressTimes(page: Page, presses: number): Promise<PageTimes['key']> {
  await page.evaluate(() => {
    const noted: Record<string, number> = {}
    Object.assign(globalThis, { notedKeys: noted })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') noted[entry.startTime.toFixed(1)] = entry.duration
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit)
    const starts: { startMs: number; isThere: boolean }[] = []
    Object.assign(globalThis, { pressedKeys: starts })
    // First of all: the page changes the photo in a listener of its own.
    const note = (event: KeyboardEvent) => {
      const before = document.querySelector<HTMLImageElement>('[data-testid=large-photo]')?.src
      requestAnimationFrame(() => {
        const photo = document.querySelector<HTMLImageElement>('[data-testid=large-photo]')
        const isThere = photo !== null && photo.src !== before && photo.complete && photo.naturalWidth > 0
        starts.push({ startMs: event.timeStamp, isThere })
      })
    }
    globalThis.addEventListener('keydown', note, { capture: true })
  })
  await page.waitForTimeout(1000)
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press(String(1 + (press % 4)))
    await page.waitForTimeout(pressEveryMs)
  }
  await page.waitForTimeout(1000)
  const times = await page.evaluate(() => {
    const { notedKeys, pressedKeys } = globalThis as unknown as {
      notedKeys: Record<string, number>
      pressedKeys: { startMs: number; isThere: boolean }[]
    }
    return pressedKeys.map(({ startMs, isThere }) => (isThere ? (notedKeys[startMs.toFixed(1)] ?? 16) : Number.POSITIVE_INFINITY))
  })
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), presses: times.length }
}
