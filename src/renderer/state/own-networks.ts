import type { Backbone } from '../../main/contract/backbones.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { ownNetworkWords } from '../text/own-networks.ts'
import type { Studio } from './studio.svelte.ts'

/** Whether a run has trained a network that can be where another one starts. */
export function hasNetwork({ network, state }: Pick<RunSummary, 'network' | 'state'>): boolean {
  return network !== null && (state === 'finished' || state === 'stopped')
}

/** Makes the network of a run a starting network, and says so with the way to train from it. */
export async function addRunNetwork(studio: Studio, run: Pick<RunSummary, 'id'>, name: string): Promise<void> {
  const { id } = await studio.client.backbones.addRun({ run: run.id, name })
  await studio.backbones.reload()
  studio.toasts.done(ownNetworkWords.added(name), { name: ownNetworkWords.toTrain, run: () => trainFrom(studio, id) })
}

/** The form of the next training, with this network chosen. */
function trainFrom(studio: Studio, id: string): void {
  studio.trainingForm.change({ backbone: id })
  studio.navigation.go('train')
}

/** Takes a network of one's own off this computer. */
export async function removeNetwork(studio: Studio, { id, plainName }: Pick<Backbone, 'id' | 'plainName'>): Promise<void> {
  const { staysInProject } = await studio.client.backbones.remove({ id })
  await studio.backbones.reload()
  studio.toasts.done(ownNetworkWords.removed(plainName, staysInProject))
}
