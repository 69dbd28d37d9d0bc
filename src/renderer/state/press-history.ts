import type { Studio } from './studio.svelte.ts'

/**
 * Undo or redo by a key or by the native menu, which mean the same. While a dialog is open they belong to that, and where it has nothing
 * to do with the history nothing happens. Answers whether they were for the studio.
 */
export function pressHistory(studio: Studio, step: 'undo' | 'redo'): boolean {
  if (studio.project.value === null) return false
  // The question whether to leave lies over every other dialog.
  if (studio.leaving.question !== null) return false
  if (document.querySelector('dialog[open]') !== null && !studio.steps.isDialogInFront) return false
  void studio[step]()
  return true
}
