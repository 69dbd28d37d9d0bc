import { flushSync } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { Suggestions } from '../../state/suggestions.svelte.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { suggestionWords as words } from '../../text/suggestions.ts'
import BySuggestion from './BySuggestion.svelte'

const hashOf = (index: number): string => index.toString(16).padStart(64, '0')
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}
/** The cats, the surest first: from the third on less sure than 9 in 10. One dog. */
const cats = [0.99, 0.93, 0.89, 0.72, 0.61]
const classes = ['cat', 'dog'].map((name, position) => ({
  ...{ id: position + 1, name, colour: '#0072b2', position, images: 9, boundKey: null, key: String(position + 1) },
}))

/** The grid in a studio of six photos without a class; notes what is written. */
async function openGrid() {
  const labels = new Map<string, number>()
  const written: { readonly photos: readonly number[]; readonly classId: number; readonly source: string }[] = []
  const looks = [...cats.map((confidence, index) => ({ index, classId: 1, confidence })), { index: 9, classId: 2, confidence: 0.95 }]
  const image = (index: number) => ({
    ...{ hash: hashOf(index), name: `${index}.jpg`, format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ classId: null, labelSource: null, groupId: null, note: '' },
  })
  const left = (classId: number) => looks.filter((each) => each.classId === classId && !labels.has(hashOf(each.index)))
  const studio = studioForTests({
    classes: { list: () => Promise.resolve(classes) },
    images: {
      list: ({ filter, limit }: { filter: { suggested: number }; limit: number }) => {
        const all = left(filter.suggested)
        return Promise.resolve({ total: all.length, images: all.slice(0, limit).map(({ index }) => image(index)) })
      },
    },
    suggestions: {
      state: () =>
        Promise.resolve({
          ...{ work: 'idle', needsFeatures: false, problem: null, answered: { right: 0, changed: 0 } },
          newest: {
            ...{ madeAtMs: 1, useful: 6, withoutFeatures: 0 },
            classes: classes.map(({ id }) => ({ classId: id, photos: left(id).length })),
          },
        }),
      of: ({ hashes }: { hashes: string[] }) =>
        Promise.resolve(
          looks
            .filter(({ index }) => hashes.includes(hashOf(index)))
            .map(({ index, ...look }) => ({ hash: hashOf(index), ...look, use: null })),
        ),
    },
    labels: {
      set: ({ hashes, classId, source }: { hashes: string[]; classId: number; source: string }) => {
        written.push({ photos: hashes.map((hash) => Number.parseInt(hash, 16)), classId, source })
        for (const hash of hashes) labels.set(hash, classId)
        return Promise.resolve({ changed: hashes.length })
      },
    },
  })
  studio.start()
  const suggestions = new Suggestions(studio.client)
  await suggestions.changed()
  const page = show(withStudio(studio, BySuggestion), { suggestions, onone: () => undefined })
  page.style.cssText = 'display: flex; flex-direction: column; width: 640px; height: 600px'
  const options = () => [...page.querySelectorAll('[role=option]')]
  const ticked = () => options().flatMap((each) => (each.ariaSelected === 'true' ? [Number.parseInt(each.ariaLabel ?? '', 10)] : []))
  await until(() => options().length === cats.length)
  return { page, options, ticked, written, list: () => page.querySelector<HTMLElement>('[role=listbox]')! }
}

const press = (key: string, more: KeyboardEventInit = {}) => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  flushSync()
}

test('what is sure is ticked and what is not is to be seen and not ticked; a screen reader is told where the keys are', async () => {
  const { options, ticked, list, page } = await openGrid()
  expect(ticked()).toEqual([0, 1])
  expect(options().map((each) => each.textContent.trim())).toEqual(['99 in 100', '9 in 10', '8 in 10', '7 in 10', '6 in 10'])
  expect(page.textContent).toContain(words.accept(2, 'cat'))
  expect(document.activeElement).toBe(list())
  expect(document.getElementById(list().getAttribute('aria-activedescendant')!)).toBe(options()[0])
  press('ArrowRight')
  expect(document.getElementById(list().getAttribute('aria-activedescendant')!)).toBe(options()[1])
})

test('by keys alone one is taken out, one taken in, and Enter accepts those that are ticked as one step', async () => {
  const { options, ticked, written } = await openGrid()
  press(' ')
  press('ArrowRight')
  press('ArrowRight')
  press(' ')
  expect(ticked()).toEqual([1, 2])
  press('Enter', { repeat: true })
  expect(written).toEqual([])
  press('Enter')
  await until(() => written.length === 1)
  expect(written).toEqual([{ photos: [1, 2], classId: 1, source: 'suggestion' }])
  // What was not ticked was passed over, so that the next class comes.
  await until(() => options().length === 1 && options()[0]!.ariaLabel!.includes('looks like dog'))
})

test('the key of the class accepts one photo at once, that of another class corrects it, and both leave the others as they are', async () => {
  const { options, ticked, written, list } = await openGrid()
  press('1')
  press('2')
  await until(() => written.length === 2)
  expect(written).toEqual([
    { photos: [0], classId: 1, source: 'suggestion' },
    { photos: [1], classId: 2, source: 'person' },
  ])
  expect(options().map((each) => each.ariaLabel)[1]).toBe(words.photoGiven('1.jpg', 'dog'))
  expect([ticked(), list().getAttribute('aria-activedescendant')]).toEqual([[], options()[2]!.id])
})

test('all are ticked by one key, and none by the same', async () => {
  const { ticked } = await openGrid()
  press('a', { ctrlKey: true })
  expect(ticked()).toEqual([0, 1, 2, 3, 4])
  press('a', { ctrlKey: true })
  expect(ticked()).toEqual([])
})

test('after a click on a button the keys belong to the photos again', async () => {
  const { page, ticked, written } = await openGrid()
  const tick = [...page.querySelectorAll('button')].find(({ innerText }) => innerText.includes(words.tick))!
  tick.focus()
  tick.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
  flushSync()
  expect(ticked()).toEqual([1])
  press('Enter')
  await until(() => written.length === 1)
  expect(written[0]!.photos).toEqual([1])
})

test('while a dialog is open its keys accept nothing', async () => {
  const { written } = await openGrid()
  const dialog = document.createElement('dialog')
  document.body.append(dialog)
  onTestFinished(() => dialog.remove())
  dialog.showModal()
  press('Enter')
  expect(written).toEqual([])
})
