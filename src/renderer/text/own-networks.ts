import type { Backbone, NetworkOrigin } from '../../main/contract/backbones.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { bytesText, fewNames } from './numbers.ts'
import { runWords } from './run.ts'

const longestName = 40

/** A step of a network's story. */
function originName(origin: NetworkOrigin): string {
  switch (origin.kind) {
    case 'run':
      return `run ${origin.run} of ${origin.project}`
    case 'catalogue':
      return origin.name
    case 'nothing':
      return 'a small network that had learned nothing'
    default:
      return origin satisfies never
  }
}

/** `Made from run 12 of skin-cancer, itself from Balanced.` Empty for a network that is none of one's own. */
export function originText(origin: readonly NetworkOrigin[]): string {
  const [first, ...before] = origin
  if (first === undefined) return ''
  const learned = first.kind === 'run' && first.classes.length > 0 ? ` It has learned to tell ${fewNames(first.classes)} apart.` : ''
  return `Made from ${originName(first)}${before.map((each) => `, itself from ${originName(each)}`).join('')}.${learned}`
}

/** What a run's network is called where nobody says otherwise. */
export function suggestedNetworkName(project: string, { number, name }: Pick<RunSummary, 'number' | 'name'>): string {
  return (name ?? `${project} ${number}`).slice(0, longestName).trim()
}

export const ownNetworkWords = {
  open: 'Your own networks',
  openHint: 'A network that one of your runs has trained can be where the next training starts',
  title: 'Networks of your own',
  intro:
    'What a run has learned can be where another training starts: a network that tells diseases of skin apart already knows how skin looks. It serves all projects on this computer.',
  none: 'There is none yet.',
  kept: 'On this computer',
  runs: 'Runs of this project that have trained a network',
  noRuns: 'No run here has trained more than the last step yet. Let more of the network learn, and it can be taken.',
  elsewhere: 'To take a run of another project, open that project and do the same there.',
  add: 'Use as a starting network',
  addShort: 'Add',
  addRun: (run: Pick<RunSummary, 'number' | 'name'>) => `Add the network of ${runWords.called(run)}`,
  added: (name: string) => `${name} is now among the starting networks.`,
  toTrain: 'Train with it',
  name: 'What to call it',
  addTitle: (run: Pick<RunSummary, 'number' | 'name'>) => `Start from ${runWords.called(run)}`,
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  removed: (name: string, staysInProject: boolean) =>
    staysInProject
      ? `${name} is gone from this computer. This project keeps it, because runs started from it.`
      : `${name} is gone from this computer.`,
  removeHint: 'Projects whose runs started from it keep a copy of their own',
  inProject: 'kept with this project',
  inProjectHint: 'Runs of this project started from it. Add it to use it in other projects too.',
  facts: ({ sizeBytes, inputSizePx }: Pick<Backbone, 'sizeBytes' | 'inputSizePx'>) => `${bytesText(sizeBytes)}, looks at ${inputSizePx} px`,
}
