import { processorMs } from './process-facts.ts'

export interface WatchOptions {
  /** The system's id of the worker, as soon as it is known. */
  readonly processId: () => number | undefined
  /** A worker that neither says nor computes anything for so long is taken for hung. */
  readonly hungAfterMs: number
  /** So is one that says nothing for so long, whatever it computes. */
  readonly stuckAfterMs: number
  /** Told now and then, as long as it says nothing. */
  readonly onSilent: (silentMs: number) => void
  readonly onHung: (how: 'silent' | 'busy') => void
}

export interface WorkerWatch {
  /** The worker has said something. */
  heard(): void
  end(): void
}

/** Of one core, in the time between two looks: what computes uses far more, what waits or is stopped far less. */
const busyShare = 0.05

/**
 * Watches a worker's signs of life. One that says nothing may be in the middle of a long piece of work that cannot be interrupted, such as a training step
 * of a thousand pictures: it is alive as long as it uses the processor. One that was stopped, or waits for what never comes, does not.
 */
export function watchWorker({ processId, hungAfterMs, stuckAfterMs, onSilent, onHung }: WatchOptions): WorkerWatch {
  // Counting ticks, not the clock: a machine that slept wakes up without taking its workers for hung.
  const tickMs = Math.min(1000, hungAfterMs / 4)
  const lookEveryMs = hungAfterMs / 2
  let silentTicks = 0
  let ticksSinceSign = 0
  let usedMs: number | null = null
  const used = (): number | null => {
    const id = processId()
    return id === undefined ? null : processorMs(id)
  }

  const timer = setInterval(() => {
    silentTicks += 1
    ticksSinceSign += 1
    onSilent(silentTicks * tickMs)
    const quietMs = ticksSinceSign * tickMs
    if (quietMs < lookEveryMs) return
    if (quietMs < hungAfterMs) {
      usedMs ??= used()
      return
    }
    const nowMs = used()
    const isBusy = usedMs !== null && nowMs !== null && nowMs - usedMs >= busyShare * lookEveryMs
    if (!isBusy) return onHung('silent')
    if (silentTicks * tickMs >= stuckAfterMs) return onHung('busy')
    usedMs = nowMs
    ticksSinceSign = Math.ceil(lookEveryMs / tickMs)
  }, tickMs)
  timer.unref()

  return {
    heard: () => {
      silentTicks = 0
      ticksSinceSign = 0
      usedMs = null
    },
    end: () => clearInterval(timer),
  }
}
