import type { Component, StudioInfo, StudioSettings } from '../../main/contract/project.ts'
import { engineName } from './engine.ts'
import { countOf, countText } from './numbers.ts'

export const settingsWords = {
  studio: 'This studio',
  about: 'About Graft',
  theme: 'Appearance',
  themeHint: 'Light, dark, or as your computer has it.',
  keys: 'Keyboard',
  keysHint: 'Every key of the studio. The map also opens with the key beside it.',
  keysOpen: 'Show the map',
  dataFolder: 'Data folder',
  dataFolderHint: 'Settings, the list of recent projects and the log. Projects are not in it.',
  projectsFolder: 'New projects',
  projectsFolderHint: 'The folder in which new projects begin. It is chosen with each new project.',
  reveal: 'Show in folder',
  threads: 'Processor cores',
  threadsHint: 'How many of them may look at photos at a time. Fewer leave more to other programs; the answers stay the same.',
  allThreads: (cores: number) => `All ${countText(cores)}`,
  threadsOf: (threads: number) => countOf(threads, 'core'),
  fromEnvironment: (name: string, value: string) => `The variable ${name} decides here: ${value}.`,
  extraction: 'Looks at photos with',
  extractionHint: 'The program that does most of the arithmetic. Each is tested at its start with a photo whose answer is known.',
  extractionChoices: [
    { value: 'auto', name: 'The fastest', hint: 'The fastest one that passes its test' },
    { value: 'webgpu', name: 'WebGPU', hint: 'On the graphics card, of whichever make' },
    {
      value: 'onnxruntime',
      name: 'onnxruntime',
      hint: 'On the processor, two to four times as fast as WebAssembly; does not run on every computer',
    },
    { value: 'wasm', name: 'WebAssembly', hint: 'Slower; runs everywhere' },
  ] satisfies { value: StudioSettings['extraction']; name: string; hint: string }[],
  counts: 'Counts from the next work on; what runs now goes on as it began.',
  memory: 'Memory in use',
  memoryHint: (totalText: string) => `Of ${totalText} in this computer; looked at every two seconds.`,
  memoryOf: { studio: 'Studio', image: 'Reads photos', training: 'Looks and trains' },
  notRunning: 'not running',
  machine: 'This computer',
  version: 'Version',
  privacyTitle: 'Nothing leaves this machine',
  privacy:
    'Photos, labels and networks stay in your project folder. There is no account, no counting of what you do, and no server but the one on this computer. The internet is used only to fetch starting networks, sample photos, and the training engine where you install it.',
  licences: 'Made of',
  licencesHint: (count: number) => `Graft is MIT-licensed. It stands on ${countText(count)} packages, networks and fonts of others.`,
  findComponent: 'Find a name or a licence',
  noComponent: (text: string) => `Nothing is called like “${text}”.`,
  found: (count: number, total: number) => (count === total ? `${countText(total)} in all` : `${countText(count)} of ${countText(total)}`),
  kindOf: (kind: Component['kind']) => kinds[kind],
  componentName: 'Name',
  componentVersion: 'Version',
  componentLicence: 'Licence',
  componentKind: 'What it is',
} as const

const kinds: Readonly<Record<Component['kind'], string>> = { package: 'package', backbone: 'starting network', font: 'font' }

const doors: Readonly<Record<StudioInfo['door'], string>> = {
  electron: 'in a window of its own',
  browser: 'in the browser, from a server on this computer',
  terminal: 'in the terminal',
  test: 'by a test',
}
export const doorWords = (door: StudioInfo['door']): string => doors[door]

/** How the engine stands, from what was chosen and what is in use: it is in use only if it passed its self-test. */
export function engineSentence(chosen: StudioSettings['extraction'], engine: StudioInfo['engine']): string {
  if (engine === null) return 'It could not be asked yet; it is tested when it is first needed.'
  const passed = `${engineName(engine.extraction)} passed its test on this computer and is in use.`
  if (chosen === 'auto') {
    const passedOver = (engine.skipped ?? []).map(({ engine: name, reason }) => `${engineName(name)} is passed over: ${reason}.`)
    return [...passedOver, passed].join(' ')
  }
  if (chosen === engine.extraction) return passed
  return `${engineName(chosen)} does not work on this computer. ${passed}`
}
