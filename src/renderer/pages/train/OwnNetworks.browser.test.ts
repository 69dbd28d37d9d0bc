import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Backbone, NetworkOrigin } from '../../../main/contract/backbones.ts'
import { StudioError } from '../../../main/contract/errors.ts'
import { runForTests } from '../../state/run-for-tests.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { ownNetworkWords as words } from '../../text/own-networks.ts'
import NetworkChoice from './NetworkChoice.svelte'

const fetched: Backbone = {
  ...{ id: 'lite0', name: 'EfficientNet-Lite0', plainName: 'Balanced', description: 'Good', licence: 'Apache-2.0', parameters: 1 },
  ...{ inputSizePx: 224, featureDim: 1280, megaMacs: 59, sizeBytes: 1, state: 'ready', isDefault: true, onDemand: false, int8: null },
  ...{ place: 'catalogue', origin: [] },
}
const hash = '0123456789abcdef'

/** The form's choice over runs of which the second has trained a network; `added` and `removed` are what was asked for. */
async function open() {
  const asked: unknown[] = []
  const known = [fetched]
  const runs = [runForTests(1), runForTests(2, { network: { hash, inputSizePx: 224, featureDim: 1280 } }, { mode: 'fine-tune' })]
  const studio = studioForTests({
    runs: {
      list: () => Promise.resolve(runs),
      plan: () => Promise.resolve({ problem: null, classes: [], parts: { train: 7, validation: 1, test: 1 }, toExtract: 0 }),
      forecast: () => Promise.resolve({ seconds: 1 }),
    },
    backbones: {
      list: () => Promise.resolve([...known]),
      addRun: ({ run, name }: { run: string; name: string }) => {
        asked.push({ run, name })
        const origin: NetworkOrigin[] = [
          { kind: 'run', project: 'pets', run: 2, classes: ['cat', 'dog'] },
          { kind: 'catalogue', name: 'Balanced' },
        ]
        known.push({ ...fetched, id: `own-${hash.slice(0, 12)}`, plainName: name, isDefault: false, place: 'studio', origin })
        return Promise.resolve({ id: `own-${hash.slice(0, 12)}` })
      },
      remove: () => Promise.reject(new StudioError('NETWORK_IN_USE', { name: 'pets 2', runs: [3] })),
    },
  })
  studio.start()
  await Promise.all([studio.runs.reload(), studio.backbones.reload(), studio.readProject({ always: true })])
  const page = show(withStudio(studio, NetworkChoice), { form: studio.trainingForm, ready: null })
  return { page, studio, asked }
}
const dialog = (): HTMLDialogElement => document.querySelector('dialog')!

test('the network of a run becomes a starting network by the keyboard alone, and says what it was made from', async () => {
  const { page, studio, asked } = await open()
  const opener = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === words.open)!
  opener.focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => dialog().innerText).toContain(words.none)
  // Only the run that has trained a network is offered.
  expect(dialog().innerText).not.toContain('Run 1')
  dialog()
    .querySelector<HTMLButtonElement>(`[aria-label="${words.addRun(runForTests(2))}"]`)!
    .focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => asked).toEqual([{ run: 'run-2', name: 'pets 2' }])
  await expect
    .poll(() => dialog().innerText)
    .toContain('Made from run 2 of pets, itself from Balanced. It has learned to tell cat and dog apart.')
  expect(dialog().innerText).toContain(words.noRuns)
  expect(studio.toasts.list.map((toast) => (toast.kind === 'done' ? toast.message : ''))).toEqual([words.added('pets 2')])
  // Removing says why it cannot be, where it stands.
  dialog()
    .querySelector<HTMLButtonElement>(`[aria-label="${words.removeNamed('pets 2')}"]`)!
    .focus()
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => dialog().innerText).toContain('because 1 run started from it: 3')
  await userEvent.keyboard('{Escape}')
  await expect.poll(() => document.querySelector('dialog')).toBeNull()
  expect(document.activeElement).toBe(opener)
  const radios = [...page.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  expect(radios).toHaveLength(2)
  radios[1]!.focus()
  await userEvent.keyboard(' ')
  expect(studio.trainingForm.settled.backbone).toBe(`own-${hash.slice(0, 12)}`)
})
