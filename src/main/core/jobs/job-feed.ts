import type { JobEvent } from '../../contract/jobs.ts'

/**
 * What one watcher has not read yet, in order. Progress that it was too slow for is replaced by newer progress; everything else
 * is kept, so the feed of a watcher that never reads grows with the epochs and skipped files of its job, not with its progress.
 */
export class JobFeed {
  #unread: JobEvent[] = []
  #ended = false
  #wake: (() => void) | null = null

  push(event: JobEvent): void {
    const last = this.#unread.at(-1)
    if (last !== undefined && isProgress(last) && isProgress(event)) this.#unread.pop()
    this.#unread.push(event)
    this.#wake?.()
  }

  /** What is unread is still given out; then the feed ends. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** Events until the feed ends or `signal` is aborted. For one reader. */
  async *read(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void> {
    const wake = (): void => this.#wake?.()
    signal?.addEventListener('abort', wake)
    try {
      while (!isAborted(signal)) {
        const batch = this.#unread
        this.#unread = []
        for (const event of batch) {
          if (isAborted(signal)) return
          yield event
        }
        if (this.#unread.length > 0) continue
        if (this.#ended || isAborted(signal)) return
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = null
      }
    } finally {
      signal?.removeEventListener('abort', wake)
    }
  }
}

/** A call, because the type checker takes a property that was false for false ever after. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function isProgress(event: JobEvent): boolean {
  return event.type === 'job' && event.job.state.state === 'running'
}
