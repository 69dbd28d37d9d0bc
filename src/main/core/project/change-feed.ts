import type { Change } from '../../contract/project.ts'

type Topic = Change['topic']

export interface ChangeFeed {
  changed(topic: Topic): void
  /** Every change from now on, until `signal` is aborted, the reader returns, or the feed is closed. */
  subscribe(signal?: AbortSignal): AsyncGenerator<Change, void, void>
  /** Ends every subscription. */
  close(): void
}

/** Changes of one topic within so many milliseconds are one: an import of thousands of photos repaints a page 20 times a second at most. */
const togetherMs = 50

/** Brings changes to every subscriber. A slow one misses none, and holds each topic once at most. */
export function makeChangeFeed(): ChangeFeed {
  const subscriptions = new Set<Subscription>()
  const waiting = new Set<Topic>()
  let timer: NodeJS.Timeout | null = null
  const flush = () => {
    timer = null
    for (const subscription of subscriptions) subscription.deliver(waiting)
    waiting.clear()
  }
  return {
    changed(topic) {
      if (subscriptions.size === 0) return
      waiting.add(topic)
      timer ??= setTimeout(flush, togetherMs)
    },
    subscribe(signal) {
      const subscription = new Subscription(() => subscriptions.delete(subscription), signal)
      if (signal?.aborted !== true) subscriptions.add(subscription)
      return subscription
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      timer = null
      for (const subscription of subscriptions) subscription.end()
    },
  }
}

/**
 * Not a generator function: its `return` would wait for the next change before it ends a pending `next`. The subscription counts
 * from the call, not from the first `next`.
 */
class Subscription implements AsyncGenerator<Change, void, void> {
  readonly #topics = new Set<Topic>()
  readonly #readers: ((result: IteratorResult<Change, void>) => void)[] = []
  readonly #onEnd: () => void
  readonly #signal: AbortSignal | undefined
  #ended = false

  constructor(onEnd: () => void, signal: AbortSignal | undefined) {
    this.#onEnd = onEnd
    this.#signal = signal
    this.#ended = signal?.aborted === true
    if (!this.#ended) signal?.addEventListener('abort', this.end)
  }

  deliver(topics: ReadonlySet<Topic>): void {
    for (const topic of topics) this.#topics.add(topic)
    while (this.#readers.length > 0 && this.#topics.size > 0) this.#readers.shift()!({ done: false, value: this.#takeFirst() })
  }

  readonly end = (): void => {
    if (this.#ended) return
    this.#ended = true
    this.#signal?.removeEventListener('abort', this.end)
    this.#topics.clear()
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
    this.#onEnd()
  }

  #takeFirst(): Change {
    const [topic] = this.#topics
    this.#topics.delete(topic!)
    return { topic: topic! }
  }

  next(): Promise<IteratorResult<Change, void>> {
    if (this.#topics.size > 0) return Promise.resolve({ done: false, value: this.#takeFirst() })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  return(): Promise<IteratorResult<Change, void>> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  throw(error: unknown): Promise<IteratorResult<Change, void>> {
    this.end()
    return Promise.reject(error instanceof Error ? error : new Error(String(error)))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
  }
}
