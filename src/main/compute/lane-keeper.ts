import { isDeepStrictEqual } from 'node:util'
import { featuresKey, type BackboneFiles } from '../contract/worker/training-tasks.ts'
import { packedLength } from './engines/pixels-extractor.ts'
import { GpuLanes } from './gpu-lanes.ts'
import { Lanes, type LanesSettings } from './lanes.ts'

/** Threads that extract features with one backbone, on the processor or with a graphics card. */
export type LaneSet = Pick<Lanes, 'count' | 'engine' | 'isBroken' | 'run' | 'close'>

/** An engine is opened in a fraction of a second and holds a hundred megabytes: kept for a person's next step, not for their lunch. */
const idleMs = 30_000

interface WarmLanes {
  readonly lanes: LaneSet
  readonly settings: LanesSettings
  users: number
  idle: NodeJS.Timeout | null
}

/** The lanes of each backbone in use, kept a while after their last use. */
export class LaneKeeper {
  /** The program of a lane's thread. */
  readonly #entry: URL
  readonly #idleMs: number
  readonly #warm = new Map<string, WarmLanes>()

  constructor(entry: URL, keepIdleMs = idleMs) {
    this.#entry = entry
    this.#idleMs = keepIdleMs
  }

  /** Other settings than those of the last use make new lanes; work under way goes on with the ones that it has. */
  async use<T>(backbone: BackboneFiles, settings: LanesSettings, work: (lanes: LaneSet) => Promise<T>): Promise<T> {
    const key = featuresKey(backbone)
    const onCard = await isForCard(backbone, settings)
    const warm = this.#fitting(key, settings) ?? this.#open(backbone, settings, onCard)
    if (warm.idle !== null) clearTimeout(warm.idle)
    warm.idle = null
    warm.users += 1
    try {
      return await work(warm.lanes)
    } finally {
      warm.users -= 1
      this.#release(key, warm)
    }
  }

  #fitting(key: string, settings: LanesSettings): WarmLanes | null {
    const warm = this.#warm.get(key)
    if (warm === undefined) return null
    if (!warm.lanes.isBroken && isDeepStrictEqual(warm.settings, settings)) return warm
    if (warm.idle !== null) clearTimeout(warm.idle)
    // Whoever still works with them closes them in the end.
    if (warm.users === 0) void warm.lanes.close()
    return null
  }

  #open(backbone: BackboneFiles, settings: LanesSettings, onCard: boolean): WarmLanes {
    const options = { entry: this.#entry, ...settings }
    const lanes = onCard ? new GpuLanes(backbone, options) : new Lanes(backbone, options)
    const warm = { lanes, settings, users: 0, idle: null }
    this.#warm.set(featuresKey(backbone), warm)
    return warm
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

/** Whether pictures go through a graphics card. Where there is none, that is known at once; where there is one, the engines are tested first. */
async function isForCard({ cut, int8, inputSizePx }: BackboneFiles, { wanted }: LanesSettings): Promise<boolean> {
  if (cut === 'pixels' || int8 !== undefined || !Number.isInteger(packedLength(inputSizePx))) return false
  if (wanted !== 'auto') return wanted === 'webgpu'
  const { findAdapter } = await import('./engines/graphics-adapter.ts')
  if ((await findAdapter()).state === 'none') return false
  const { describeEngines } = await import('./engines/engine.ts')
  return (await describeEngines('auto')).extraction === 'webgpu'
}
