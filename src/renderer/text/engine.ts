import { bytesText, countOf, countText } from './numbers.ts'

interface Engine {
  readonly training: string
  readonly extraction: string
}

/** `tfjs-node-gpu` does not say in its name whether it found a card; most computers have none. */
function place(engine: Engine | null): 'GPU' | 'CPU' {
  return engine !== null && /webgpu|cuda/i.test(engine.training) ? 'GPU' : 'CPU'
}

/** Words of the chip that names what does the arithmetic. */
export const engineWords = {
  short: (engine: Engine | null, threads: number | null) =>
    threads === null ? place(engine) : `${place(engine)}, ${countOf(threads, 'core')}`,
  label: (engine: Engine | null, threads: number | null) => `Engine: ${engineWords.short(engine, threads)}`,
  title: 'What does the arithmetic',
  lead: 'An engine runs the networks on this computer. The fastest one that computes right numbers here is chosen by itself.',
  trains: 'Trains with',
  looks: 'Looks at photos with',
  later: 'chosen when first needed',
  processor: 'Processor',
  cores: (machine: { readonly processor: string; readonly cores: number } | null, threads: number) =>
    machine === null ? countOf(threads, 'core') : `${machine.processor}, ${countText(threads)} of ${countOf(machine.cores, 'core')} used`,
  memory: 'Memory',
  inUse: (memory: { readonly studio: number; readonly image: number | null; readonly training: number | null }, ofBytes: number | null) =>
    `${bytesText(memory.studio + (memory.image ?? 0) + (memory.training ?? 0))} in use${ofBytes === null ? '' : ` of ${bytesText(ofBytes)}`}`,
  home: 'Nothing leaves this machine.',
  change: 'Change it in Settings',
} as const
