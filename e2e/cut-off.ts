import { expect, type Page } from '@playwright/test'

/** At 640 px, a window of 1,280 at 200 % zoom, everything can be read and pressed, and the page is not to be scrolled sideways. */
export async function expectNothingCutOff(page: Page, where: string): Promise<void> {
  // What follows the size of the window does so in the next frame.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  expect(await page.evaluate(findCutOff), `${where}: what is cut off or makes the page scroll sideways`).toEqual([])
}

/** Runs in the page. */
function findCutOff(): string[] {
  const found: string[] = []
  const tell = (element: Element, what: string): void => {
    const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)
    found.push(`${element.tagName.toLowerCase()} "${name}" ${what}`)
  }
  for (const element of document.querySelectorAll<HTMLElement>('html, main, #page, #page *')) {
    const { overflowX } = getComputedStyle(element)
    const canScroll = element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll'
    // A table of many columns is wider than any window, and keeps in sight what its rows are.
    if (!canScroll || element.closest('[role=grid]') !== null) continue
    if (element.scrollWidth > element.clientWidth && element.clientWidth > innerWidth / 3) tell(element, 'scrolls sideways')
  }
  // What lies behind a modal cannot be pressed anyway.
  const top = document.querySelector('dialog:modal') ?? document.body
  for (const element of top.querySelectorAll<HTMLElement>('button, input, select, textarea, h1, h2, h3, a[href], [role=alert] p')) {
    const box = element.getBoundingClientRect()
    const isHidden = !element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })
    if (isHidden || box.width <= 1 || box.height <= 1 || element.closest('.visually-hidden, .skip') !== null) continue
    const hides = hiddenBy(element, box)
    if (hides !== null) tell(element, hides)
  }
  return found

  /** What hides a part of it that no scrolling brings back. */
  function hiddenBy(element: Element, box: DOMRect): string | null {
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(around)
      const edge = around.getBoundingClientRect()
      const isScroller = [overflowX, overflowY].some((overflow) => overflow === 'auto' || overflow === 'scroll')
      if (isScroller && (around.scrollWidth > around.clientWidth || around.scrollHeight > around.clientHeight)) return null
      const clipsX = overflowX !== 'visible' && (box.right > edge.right + 1 || box.left < edge.left - 1)
      const clipsY = overflowY !== 'visible' && (box.bottom > edge.bottom + 1 || box.top < edge.top - 1)
      if (clipsX || clipsY) return `is cut off by ${around.tagName.toLowerCase()}.${around.className.split(' ')[0] ?? ''}`
      if (position === 'fixed') break
    }
    const isOut = box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1 || box.top < -1
    return isOut ? 'lies outside of the window' : null
  }
}
