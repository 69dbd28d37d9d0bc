import type { ErrorCode, ErrorDetails } from '../../main/contract/errors.ts'
import type { ErrorWords } from './errors.ts'
import { countOf, fewNames } from './numbers.ts'

type NetworkErrors = 'BACKBONE_UNKNOWN' | 'BACKBONE_MISSING' | 'BACKBONE_DAMAGED' | 'RUN_WITHOUT_NETWORK' | 'NETWORK_IN_USE'

/** A reason that comes from elsewhere is put into a sentence of ours: no full stop of its own. */
const bare = (reason: string): string => reason.trim().replace(/[.\s]+$/, '')

/** A network of one's own can be fetched from nowhere. */
const isOwn = (backbone: string): boolean => backbone.startsWith('own-')

/** The words for what goes wrong with starting networks. */
export const networkErrors = {
  BACKBONE_UNKNOWN: ({ backbone, known }) => ({
    title: `There is no starting network called ${backbone}.`,
    wayOut: known.length > 0 ? `Choose one of ${known.join(', ')}.` : 'The list of starting networks is empty; install Graft again.',
  }),
  BACKBONE_MISSING: ({ backbone, reason }) => ({
    title: `The starting network ${backbone} is not on this computer: ${bare(reason)}.`,
    wayOut: isOwn(backbone)
      ? 'Make it a starting network again from the run or the file that it came from, or choose another one.'
      : 'Fetch it once (it needs the internet), or choose another starting network.',
  }),
  BACKBONE_DAMAGED: ({ backbone, file }) => ({
    title: `The starting network ${backbone} is damaged: ${file} is not what ${isOwn(backbone) ? 'was kept' : 'was fetched'}.`,
    wayOut: isOwn(backbone) ? 'Make it a starting network again from the run or the file that it came from.' : 'Fetch it again.',
  }),
  RUN_WITHOUT_NETWORK: ({ run, backbone }) => ({
    title: `Run ${run} has trained the last step alone: its network is ${backbone} as it is.`,
    wayOut: `Start from ${backbone}, or train with more of the network learning and take that run.`,
  }),
  NETWORK_IN_USE: ({ name, runs }) => ({
    title:
      runs.length === 0
        ? `The network ${name} is kept with a project, not with this computer.`
        : `The network ${name} is kept with this project, because ${countOf(runs.length, 'run')} started from it: ${fewNames(runs.map(String))}.`,
    wayOut: 'It goes with the last run that started from it.',
  }),
} satisfies { readonly [C in ErrorCode & NetworkErrors]: (details: ErrorDetails<C>) => ErrorWords }
