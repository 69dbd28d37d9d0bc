import type { Page } from '@playwright/test'

/** What a page runs: its camera shows a moving square, or is refused. `window.cameraTracks` are those it gave away. */
function standIn(isAllowed: boolean): void {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: 640, height: 480 })
  const context = canvas.getContext('2d')
  let at = 0
  setInterval(() => {
    if (context === null) return
    context.fillStyle = 'teal'
    context.fillRect(0, 0, 640, 480)
    context.fillStyle = 'white'
    context.fillRect((at += 7) % 600, 200, 80, 80)
  }, 50)
  const tracks: MediaStreamTrack[] = []
  Object.assign(window, { cameraTracks: tracks })
  navigator.mediaDevices.getUserMedia = () => {
    if (!isAllowed) return Promise.reject(new DOMException('no', 'NotAllowedError'))
    const stream = canvas.captureStream(20)
    tracks.push(...stream.getTracks())
    return Promise.resolve(stream)
  }
}

/** Gives the page that is open a camera, or one that may not be used. */
export async function plugInCamera(page: Page, isAllowed = true): Promise<void> {
  await page.evaluate(standIn, isAllowed)
}

/** The same for whatever the page opens from now on. */
export async function plugInCameraFirst(page: Page, isAllowed: boolean): Promise<void> {
  await page.addInitScript(standIn, isAllowed)
}

/** `live` or `ended`, for each picture source that the page was given. */
export function cameraTracks(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { cameraTracks: MediaStreamTrack[] }).cameraTracks.map(({ readyState }) => readyState))
}
