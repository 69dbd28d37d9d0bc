import type { BackboneFiles } from '../contract/worker/training-tasks.ts'
import { Lanes, type LanesOptions } from './lanes.ts'

/** An engine is opened in a fraction of a second and holds a hundred megabytes: kept for a person's next step, not for their lunch. */
const idleMs = 30_000

interface WarmLanes {
  readonly lanes: Lanes
  users: number
  idle: NodeJS.Timeout | null
}

/** The lanes of each backbone in use, kept a while after their last use. */
export class LaneKeeper {
  readonly #options: LanesOptions
  readonly #idleMs: number
  readonly #warm = new Map<string, WarmLanes>()

  constructor(options: LanesOptions, keepIdleMs = idleMs) {
    this.#options = options
    this.#idleMs = keepIdleMs
  }

  async use<T>(backbone: BackboneFiles, work: (lanes: Lanes) => Promise<T>): Promise<T> {
    const key = backbone.hash
    let warm = this.#warm.get(key)
    if (warm === undefined || warm.lanes.isBroken) {
      warm = { lanes: new Lanes(backbone, this.#options), users: 0, idle: null }
      this.#warm.set(key, warm)
    }
    if (warm.idle !== null) clearTimeout(warm.idle)
    warm.users += 1
    try {
      return await work(warm.lanes)
    } finally {
      warm.users -= 1
      this.#release(key, warm)
    }
  }

  /** Broken lanes are not used again: an engine that did not open is tried afresh the next time. */
  #release(key: string, warm: WarmLanes): void {
    if (warm.lanes.isBroken && this.#warm.get(key) === warm) this.#warm.delete(key)
    if (warm.users > 0) return
    if (this.#warm.get(key) !== warm) {
      void warm.lanes.close()
      return
    }
    warm.idle = setTimeout(() => {
      this.#warm.delete(key)
      void warm.lanes.close()
    }, this.#idleMs)
    warm.idle.unref()
  }

  /** Ends all threads that nobody uses now. */
  async close(): Promise<void> {
    const idle = [...this.#warm].filter(([, { users }]) => users === 0)
    for (const [key, { idle: timer }] of idle) {
      if (timer !== null) clearTimeout(timer)
      this.#warm.delete(key)
    }
    await Promise.all(idle.map(([, { lanes }]) => lanes.close()))
  }
}
