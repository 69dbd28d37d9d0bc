import { isTypedInto } from './shortcuts.ts'
import type { Studio } from './studio.svelte.ts'

/**
 * Adds what a paste brings: files, a screenshot, a picture that was copied in a browser or in another program. `classId`: the class that it
 * gets; null for none. A paste into a field, and one without a picture, is left to the browser.
 */
export function pastePhotos(studio: Studio, event: ClipboardEvent, classId: number | null): void {
  const { clipboardData } = event
  if (clipboardData === null || clipboardData.files.length === 0 || isTypedInto(event.target)) return
  if (document.querySelector('dialog[open]') !== null) return
  event.preventDefault()
  const pasted = studio.pasted.named(clipboardData)
  void studio.attempt(async () => {
    const paths = await studio.address(pasted)
    await (classId === null ? studio.importPaths(paths) : studio.importIntoClass(paths, classId))
  })
}
