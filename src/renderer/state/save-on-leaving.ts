import { onMount } from 'svelte'
import { frameWords } from '../text/frame.ts'
import type { Draft } from './draft.svelte.ts'
import type { Studio } from './studio.svelte.ts'

/**
 * Saves a draft when its field leaves the page, however that comes about. What could not be saved then has no field to be said beside: it is
 * told in a toast, in the words that `lost` makes of the text. Call while the component of the field is made.
 */
export function saveOnLeaving(studio: Studio, draft: Draft, lost: (text: string) => string): void {
  async function save(end: () => void): Promise<void> {
    await draft.flush()
    const { status } = draft
    if (status.state !== 'failed') return end()
    // Until it is saved a window that closes asks: the toast is the only place that has the text.
    studio.toasts.failed(status.error, { name: frameWords.tryAgain, run: () => void save(end) }, lost(draft.text))
  }
  onMount(() => {
    const end = studio.leaving.hold(draft)
    return () => {
      end()
      void save(studio.leaving.hold(draft))
    }
  })
}
