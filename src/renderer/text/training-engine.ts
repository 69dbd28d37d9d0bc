import type { NativeEngine } from '../../main/contract/engines.ts'
import type { StudioSettings } from '../../main/contract/project.ts'
import { engineWords, type EngineNames } from './engine.ts'
import { bytesText } from './numbers.ts'

/** Words of Settings for the engine that trains networks. */
export const trainingEngineWords = {
  name: 'Trains networks with',
  hint: 'Used where more than the last step of a network learns. Each is tested at its start with numbers that are known.',
  choices: [
    { value: 'auto', name: 'The fastest', hint: 'The fastest one that is here and passes its test' },
    { value: 'webgpu', name: 'WebGPU', hint: 'On the graphics card, of whichever make' },
    { value: 'tfjs-node-gpu', name: 'TensorFlow', hint: 'tfjs-node-gpu: two to five times as fast as WebAssembly; has to be installed' },
    { value: 'wasm', name: 'WebAssembly', hint: 'Slower; runs everywhere' },
  ] satisfies { value: StudioSettings['training']; name: string; hint: string }[],
  /** What trains here, or why what was chosen does not. */
  expected: (chosen: StudioSettings['training'], engine: EngineNames | null, isInstalled: boolean) => {
    if (engine?.networks === undefined) return 'It is chosen and tested when it is first needed.'
    if (chosen === 'webgpu' && engine.adapter?.state === 'none')
      return `WebGPU does not work on this computer. ${engineWords.cardReason(engine.adapter)}`
    if (chosen === 'tfjs-node-gpu' && !isInstalled) return 'TensorFlow is not on this computer: install it below, or choose The fastest.'
    return `Here: ${engineWords.networks(engine)}.`
  },
  native: 'TensorFlow (tfjs-node-gpu)',
  state: ({ installed, offer }: NativeEngine) => {
    if (installed !== null)
      return `TensorFlow ${installed.tensorflow}${installed.gpu ? ' for NVIDIA cards' : ''} is on this computer; ${bytesText(installed.sizeBytes)} in ${installed.folder}.`
    if (offer === null) return 'There is no build of it for this kind of computer. WebAssembly trains here.'
    return `Not on this computer. It is fetched once from the internet, takes ${bytesText(offer.sizeBytes)} on the disk, and trains networks two to five times as fast.`
  },
  install: (bytes: number) => `Install (${bytesText(bytes)})`,
  installGpu: (bytes: number) => `For NVIDIA cards (${bytesText(bytes)})`,
  update: (tensorflow: string, bytes: number) => `Update to TensorFlow ${tensorflow} (${bytesText(bytes)})`,
  gpuHint: 'With the libraries that a graphics card by NVIDIA needs; without such a card it computes on the processor',
  remove: 'Remove',
  removeTitle: 'Remove the training engine?',
  removeText: (bytes: number) =>
    `${bytesText(bytes)} become free. Networks are trained with WebAssembly then, which takes longer; what was trained stays as it is.`,
} as const
