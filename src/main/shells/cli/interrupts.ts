import { exit, stderr } from 'node:process'

/** What Ctrl+C does. The first one is given to whoever works; the second one leaves at once. */
export interface Interrupts {
  /** `kindly` ends the work and keeps what `kept` says. Answers the undo. Without anybody at work the first Ctrl+C leaves. */
  onInterrupt(kept: string, kindly: () => void): () => void
  close(): void
}

/** 128 + SIGINT, as shells have it. */
const interruptedCode = 130

export function listenForInterrupts(): Interrupts {
  const working = new Map<symbol, { readonly kept: string; readonly kindly: () => void }>()
  let asked = false
  const onSignal = (): void => {
    if (asked || working.size === 0) exit(interruptedCode)
    asked = true
    for (const { kept, kindly } of working.values()) {
      stderr.write(`\n${kept} Press Ctrl+C again to leave at once.\n`)
      kindly()
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    onInterrupt: (kept, kindly) => {
      const key = Symbol(kept)
      working.set(key, { kept, kindly })
      return () => working.delete(key)
    },
    close: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
