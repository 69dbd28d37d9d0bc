import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import type { Suggestion } from '../../../main/contract/suggestions.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { suggestionWords as words } from '../../text/suggestions.ts'
import LabelPage from './LabelPage.svelte'

const hashOf = (index: number): string => String(index).repeat(64)
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}
const press = (key: string) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  flushSync()
}
const classes = ['cat', 'dog'].map((name, position) => ({
  ...{ id: position + 1, name, colour: '#0072b2', position, images: 9, boundKey: null, key: String(position + 1) },
}))
/** The photos in the order in which they teach most; the studio lists them otherwise where nobody asks for that. */
const useful = [2, 0, 1]
const uses: readonly Suggestion['use'][] = [{ kind: 'many', photos: 40 }, { kind: 'unlike' }, { kind: 'between', first: 1, second: 2 }]

/** The page in a studio of three photos without a class, before the most useful of them. */
async function openUseful(left: readonly number[] = useful) {
  const labels = new Map<string, { readonly classId: number; readonly source?: string }>()
  const image = (index: number) => ({
    ...{ hash: hashOf(index), name: `${index}.jpg`, format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ classId: labels.get(hashOf(index))?.classId ?? null, labelSource: null, groupId: null, note: '' },
  })
  const project = { name: 'pets', path: '/pets.graft', createdAtMs: 0, images: 21, labelled: 18, classes: 2, runs: 0, exports: 0 }
  const studio = studioForTests({
    project: { current: () => Promise.resolve(project) },
    classes: { list: () => Promise.resolve(classes) },
    images: {
      list: ({ filter }: { filter: { suggested?: 'useful' } }) => {
        const images = (filter.suggested === 'useful' ? left : [0, 1, 2]).filter((index) => !labels.has(hashOf(index))).map(image)
        return Promise.resolve({ total: images.length, images })
      },
      get: ({ hash }: { hash: string }) => Promise.resolve(image(Number(hash[0]))),
    },
    suggestions: {
      state: () =>
        Promise.resolve({
          ...{ work: 'idle', needsFeatures: false, problem: null, answered: { right: 0, changed: 0 } },
          newest: { madeAtMs: 1, useful: left.length, withoutFeatures: 0, classes: [{ classId: 1, photos: 3 }] },
        }),
      of: ({ hashes }: { hashes: string[] }) =>
        Promise.resolve(hashes.map((hash) => ({ hash, classId: 1, confidence: 0.62, use: uses[Number(hash[0])] }))),
    },
    labels: {
      set: ({ hashes, ...label }: { hashes: string[]; classId: number; source?: string }) => {
        for (const hash of hashes) labels.set(hash, label)
        return Promise.resolve({ changed: hashes.length })
      },
    },
  })
  studio.start()
  const page = show(withStudio(studio, LabelPage), {})
  const strip = () => [...page.querySelectorAll('[role=option]')].map((each) => each.ariaLabel)
  await until(() => strip().length === 3)
  const select = page.querySelector('select')!
  select.value = 'useful'
  select.dispatchEvent(new Event('change', { bubbles: true }))
  return { page, strip, labels }
}

test('the photos that teach most come first, each with the reason in words', async () => {
  const { page, strip } = await openUseful()
  await until(() => strip()[0] === '2.jpg, unlabelled' && page.textContent.includes(words.why('Could be cat or dog')))
  expect(strip()).toEqual(['2.jpg, unlabelled', '0.jpg, unlabelled', '1.jpg, unlabelled'])
  press('s')
  await until(() => page.textContent.includes('About 40 more photos are like this one'))
  press('s')
  await until(() => page.textContent.includes('It looks like nothing that has a class so far'))
})

test('Enter accepts what is suggested of one, a digit says otherwise, and the next comes', async () => {
  const { page, strip, labels } = await openUseful()
  await until(() => strip()[0] === '2.jpg, unlabelled' && page.querySelector('[data-testid=suggestion]') !== null)
  press('Enter')
  press('2')
  await until(() => labels.size === 2)
  expect([...labels].map(([hash, { classId }]) => [hash[0], classId])).toEqual([
    ['2', 1],
    ['0', 2],
  ])
  await until(() => page.querySelector<HTMLImageElement>('[data-testid=large-photo]')?.alt === '1.jpg')
})

test('where none is left it is said that others come, with the way to label on', async () => {
  const { page } = await openUseful([])
  await until(() => page.textContent.includes(words.usefulDoneTitle))
  const onward = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === words.labelOneByOne)!
  onward.click()
  await until(() => page.querySelector<HTMLImageElement>('[data-testid=large-photo]')?.alt === '0.jpg')
})
