import type { Page } from '@playwright/test'

/** As Ctrl+V brings a picture that another program has copied: bytes without a file. */
export async function pastePicture(page: Page, bytes: Buffer): Promise<void> {
  await page.evaluate((base64) => {
    const transfer = new DataTransfer()
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    transfer.items.add(new File([data], 'image.png', { type: 'image/png' }))
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))
  }, bytes.toString('base64'))
}
