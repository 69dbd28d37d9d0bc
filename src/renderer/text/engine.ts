import type { AdapterSearch, EngineReport } from '../../main/contract/engines.ts'
import type { StudioInfo } from '../../main/contract/project.ts'
import { bytesText, countOf, countText } from './numbers.ts'

type Engines = NonNullable<StudioInfo['engine']>
/** A run knows no more of its engines than their names. */
export type EngineNames = Pick<Engines, 'training' | 'extraction'> & Partial<Engines>

const names: Readonly<Record<string, string>> = {
  'tfjs-node-gpu': 'TensorFlow',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'Plain arithmetic',
}
/** What an engine is called on the page; one that the table does not know keeps its name. */
export const engineName = (engine: string): string => names[engine] ?? engine

/** `CPU` and `GPU` are the processor and a card whose name is not known. */
const placeName = (device: string): string => (device === 'CPU' ? 'the processor' : device === 'GPU' ? 'the graphics card' : device)
/** E.g. `WebGPU, on NVIDIA GeForce RTX 3080`. */
const engineOn = (engine: string, device: string | null): string =>
  device === null ? engineName(engine) : `${engineName(engine)}, on ${placeName(device)}`

function looksWith({ extraction, adapter }: EngineNames): string {
  if (extraction !== 'webgpu') return engineOn(extraction, 'CPU')
  return engineOn(extraction, adapter?.state === 'found' ? adapter.name : 'GPU')
}

/** A reason as a sentence of its own. */
const sentence = (reason: string): string => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`

/** What trains networks and what looks at photos: whether on the processor, on a graphics card, or on one each. */
function partsOf({ networks, training, extraction }: EngineNames): string {
  const isOnCard = (engine: string, device: string | null): boolean => engine === 'webgpu' || (device !== null && device !== 'CPU')
  const onCard = [isOnCard(networks?.engine ?? training, networks?.device ?? null), isOnCard(extraction, null)]
  if (onCard.every(Boolean)) return "This computer's graphics card"
  return onCard.some(Boolean) ? 'Graphics card and processor' : "This computer's processor"
}

/** Words of the chip that says what does the arithmetic. */
export const engineWords = {
  short: (engine: EngineNames | null) => (engine === null ? "This computer's processor" : partsOf(engine)),
  /** The engine that trains networks before the one that looks at photos; one name where it is the same. */
  names: (engine: EngineNames) => [...new Set([engine.networks?.engine ?? engine.training, engine.extraction])].map(engineName).join(', '),
  label: (engine: EngineNames | null) =>
    engine === null
      ? `Engine: ${engineWords.short(engine)}`
      : `Engine: ${engineWords.short(engine)} (${engineWords.trainsNetworks.toLowerCase()} ${engineWords.networks(engine)}; ${engineWords.looks.toLowerCase()} ${looksWith(engine)})`,
  title: 'What does the arithmetic',
  lead: 'An engine runs the networks on this computer. The fastest one that computes right numbers here is chosen by itself.',
  trainsHeads: 'Trains the last step with',
  trainsNetworks: 'Trains networks with',
  looks: 'Looks at photos with',
  heads: (engine: EngineNames) => engineOn(engine.networks === undefined ? 'cpu' : engine.training, 'CPU'),
  networks: (engine: EngineNames) =>
    engine.networks === undefined ? engineName(engine.training) : engineOn(engine.networks.engine, engine.networks.device),
  looksWith,
  later: 'chosen when first needed',
  card: 'Graphics card',
  cardName: (adapter: AdapterSearch) => (adapter.state === 'found' ? adapter.name : 'None that can be used'),
  cardReason: (adapter: AdapterSearch) =>
    adapter.state === 'found' ? 'WebGPU trains networks on it, and looks at photos with it.' : sentence(adapter.reason),
  processor: 'Processor',
  cores: (machine: { readonly processor: string; readonly cores: number } | null, threads: number) =>
    machine === null ? countOf(threads, 'core') : `${machine.processor}, ${countText(threads)} of ${countOf(machine.cores, 'core')} used`,
  memory: 'Memory',
  inUse: (memory: { readonly studio: number; readonly image: number | null; readonly training: number | null }, ofBytes: number | null) =>
    `${bytesText(memory.studio + (memory.image ?? 0) + (memory.training ?? 0))} in use${ofBytes === null ? '' : ` of ${bytesText(ofBytes)}`}`,
  home: 'Nothing leaves this machine.',
  change: 'Change it in Settings',
} as const

const states: Readonly<Record<EngineReport['state'], string>> = {
  works: 'Works',
  wrong: 'Computes wrong numbers',
  unavailable: 'Does not run here',
  missing: 'Not installed',
}
const works: Readonly<Record<EngineReport['does'][number], string>> = {
  extract: 'looks at photos',
  'train-heads': 'trains the last step',
  'train-networks': 'trains networks',
}

/** Words of Settings for the test of all engines. */
export const engineTestWords = {
  name: 'Test of the engines',
  hint: 'Lets every engine compute numbers that are known, each in a process of its own. Takes some seconds.',
  start: 'Test all',
  again: 'Test again',
  busy: 'Testing...',
  engine: (report: EngineReport) =>
    engineName(report.engine).toLowerCase() === report.engine
      ? engineName(report.engine)
      : `${engineName(report.engine)} (${report.engine})`,
  does: ({ does }: EngineReport) => does.map((work) => works[work]).join(', '),
  state: ({ state }: EngineReport) => states[state],
  /** Where it computes and how exactly, or why it does not. */
  more: ({ engine, device, difference, reason, version }: EngineReport) => {
    if (reason !== null) return sentence(reason)
    const off = difference === null ? [] : [`off by ${difference.toPrecision(2)} at most`]
    return [
      ...(device === null ? [] : [`on ${placeName(device)}`]),
      ...(version === null ? [] : [engine === 'cpu' ? `Node ${version}` : `version ${version}`]),
      ...off,
    ].join('; ')
  },
} as const
