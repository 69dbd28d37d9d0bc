import type { WireError } from '../../main/contract/errors.ts'

export type Toast =
  | { readonly id: number; readonly kind: 'done'; readonly message: string; readonly action: ToastAction | null }
  | {
      readonly id: number
      readonly kind: 'failed'
      readonly error: WireError
      readonly action: ToastAction | null
      readonly about: string | null
      /** It came of something that was pressed, and stands for nothing that is still to be done. */
      readonly isOfPage: boolean
      readonly atMs: number
    }

export interface ToastAction {
  readonly name: string
  readonly run: () => void
  /** Absent: always. A toast whose way has come to nothing is taken back. */
  readonly isPossible?: () => boolean
}

/** Long enough to read the sentence and reach for Undo. */
const shownMs = 6000

/** Short messages at the lower edge: what was done, with its undo. A failure stays until it is dismissed. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([])
  readonly shown = $derived(this.list.filter(({ action }) => action?.isPossible?.() !== false))
  #next = 1

  done(message: string, action: ToastAction | null = null): void {
    const id = this.#next++
    // Only the newest step can be undone from its toast, so older ones make room.
    this.list = [...this.list.filter((toast) => toast.kind === 'failed'), { id, kind: 'done', message, action }]
    setTimeout(() => this.dismiss(id), shownMs)
  }

  /** `action`: the way out, where there is one that a press can take. `about`: what it concerns, where nothing on the screen says so. */
  failed(error: WireError, action: ToastAction | null = null, about: string | null = null): void {
    const isOfPage = action === null && about === null
    this.list = [...this.list.slice(-2), { id: this.#next++, kind: 'failed', error, action, about, isOfPage, atMs: performance.now() }]
  }

  /** Called when the person goes elsewhere: what was done there is no longer the subject, nor is a failure that has been read by then. */
  leavePage(): void {
    const readBefore = performance.now() - shownMs
    this.list = this.list.filter((toast) => toast.kind === 'failed' && !(toast.isOfPage && toast.atMs < readBefore))
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
