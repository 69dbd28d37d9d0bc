import type { Change } from '../../main/contract/project.ts'

export type Topic = Change['topic']

/** What more than one page shows. */
export const topicsOfAll: readonly Topic[] = [
  ...(['project', 'images', 'classes', 'labels', 'suggestions', 'views', 'history'] as const),
  ...(['runs', 'jobs', 'exports', 'backbones', 'engines', 'settings'] as const),
]

/** While an import runs, `images` changes many times a second; reading again more often than this would only cost. */
const pauseMs = 300

/** Hands changes on to whoever shows them: at once, then at most every 300 ms a topic, and never loses the last one. */
export class Topics {
  readonly #listeners = new Set<{ readonly topics: readonly Topic[]; readonly listener: (topic: Topic) => void }>()
  readonly #pausing = new Map<Topic, { again: boolean }>()

  /** Answers the undo. */
  on(topics: readonly Topic[], listener: (topic: Topic) => void): () => void {
    const entry = { topics, listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  tell(topic: Topic): void {
    const pausing = this.#pausing.get(topic)
    if (pausing !== undefined) {
      pausing.again = true
      return
    }
    const pause = { again: false }
    this.#pausing.set(topic, pause)
    setTimeout(() => {
      this.#pausing.delete(topic)
      if (pause.again) this.tell(topic)
    }, pauseMs)
    for (const { topics, listener } of this.#listeners) if (topics.includes(topic)) listener(topic)
  }
}
