import type { Page } from '@playwright/test'

/** Frame times of a page over a while, ms. */
export interface FrameTimes {
  readonly median: number
  readonly p95: number
  readonly count: number
}

/** Waits in the page, frame by frame, until every photo that is on screen is drawn. Answers ms since `change` was made. */
export function timeUntilPhotos(page: Page, change: { readonly hash: string } | { readonly click: string }): Promise<number> {
  return page.evaluate(async (asked) => {
    const names = (): string => [...document.querySelectorAll('[role=grid] [role=gridcell]')].map((cell) => cell.ariaLabel).join()
    const before = names()
    const startedAt = performance.now()
    if ('hash' in asked) location.hash = asked.hash
    else document.querySelector<HTMLElement>(asked.click)?.click()
    for (;;) {
      await new Promise(requestAnimationFrame)
      const bounds = document.querySelector('[role=grid]')?.getBoundingClientRect()
      const cells = [...document.querySelectorAll('[role=grid] [role=gridcell]')].filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect()
        return bounds !== undefined && bottom > bounds.top && top < bounds.bottom
      })
      const images = cells.flatMap((cell) => [...cell.querySelectorAll('img')])
      if (
        cells.length > 0 &&
        names() !== before &&
        images.length >= cells.length &&
        images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
      )
        break
      if (performance.now() - startedAt > 30_000) throw new Error(`no photos ${JSON.stringify(asked)} after 30 s`)
    }
    return performance.now() - startedAt
  }, change)
}

/** Scrolls what matches `selector` by `pxPerFrame` in every frame for `seconds` and answers how long the frames took. */
export function framesWhileScrolling(page: Page, selector: string, pxPerFrame: number, seconds: number): Promise<FrameTimes> {
  return page.evaluate(
    async ([target, step, duration]) => {
      const scroller = document.querySelector(target)
      if (scroller === null) throw new Error(`nothing matches ${target}`)
      const times: number[] = []
      let last = performance.now()
      const end = last + duration * 1000
      while (last < end) {
        scroller.scrollTop += step
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        times.push(now - last)
        last = now
      }
      times.sort((a, b) => a - b)
      const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
      return { median: at(0.5), p95: at(0.95), count: times.length }
    },
    [selector, pxPerFrame, seconds] as const,
  )
}

/** Moves the pointer to and fro over what matches `selector`, a step in every frame, and answers how long the frames took. */
export function framesWhileHovering(page: Page, selector: string, seconds: number): Promise<FrameTimes> {
  return page.evaluate(
    async ([target, duration]) => {
      const element = document.querySelector(target)
      if (element === null) throw new Error(`nothing matches ${target}`)
      const box = element.getBoundingClientRect()
      const times: number[] = []
      let last = performance.now()
      const end = last + duration * 1000
      for (let step = 0; last < end; step++) {
        const share = 0.5 + 0.45 * Math.sin(step / 20)
        const place = { clientX: box.left + box.width * share, clientY: box.top + box.height / 2, bubbles: true }
        element.dispatchEvent(new PointerEvent('pointermove', place))
        element.dispatchEvent(new MouseEvent('mousemove', place))
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        times.push(now - last)
        last = now
      }
      times.sort((a, b) => a - b)
      const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN
      return { median: at(0.5), p95: at(0.95), count: times.length }
    },
    [selector, seconds] as const,
  )
}

/** Bytes of the page's heap after a collection. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
