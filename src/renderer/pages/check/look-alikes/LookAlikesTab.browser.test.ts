import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import type { LookAlikeGroup } from '../../../../main/contract/look-alikes.ts'
import { show } from '../../../testing/show.ts'
import { studioForTests, withStudio } from '../../../testing/studio-for-tests.ts'
import { lookAlikeWords } from '../../../text/look-alikes.ts'
import LookAlikesTab from './LookAlikesTab.svelte'

const hashOf = (index: number): string => index.toString(16).padStart(64, '0')
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}
const image = (index: number, classId: number | null) => ({
  ...{ hash: hashOf(index), name: `${index}.jpg`, format: 'jpeg', widthPx: 400, heightPx: 300, sizeBytes: 1 },
  ...{ classId, labelSource: null, groupId: null, note: '' },
})

/** The tab before three groups, which notes what is decided. `perhaps`: when the groups of the other kind are answered. */
async function openTab({ perhaps = Promise.resolve() }: { readonly perhaps?: Promise<void> } = {}) {
  const kinds: string[] = []
  let groups: LookAlikeGroup[] = [
    { id: 1, reasons: ['same'], burstSeconds: null, images: [image(1, 1), image(2, 1), image(3, 2)] },
    { id: 4, reasons: ['burst'], burstSeconds: 1.4, images: [image(4, 1), image(5, 1)] },
    { id: 6, reasons: ['same', 'burst'], burstSeconds: 2, images: [image(6, null), image(7, null)] },
  ]
  const decided: unknown[] = []
  const leave = (id: number) => {
    groups = groups.filter((group) => group.id !== id)
    studio.topics.tell('images')
  }
  const studio = studioForTests({
    project: {
      current: () =>
        Promise.resolve({ name: 'pets', path: '/pets.graft', createdAtMs: 0, images: 7, labelled: 5, classes: 2, runs: 0, exports: 0 }),
    },
    lookAlikes: {
      list: async ({ kind }: { kind: string }) => {
        if (kind === 'perhaps') await perhaps
        const shown = kind === 'sure' ? groups : []
        const count = { groups: groups.length, images: groups.flatMap(({ images }) => images).length }
        return { groups: shown, sure: count, perhaps: { groups: 0, images: 0 }, compared: null }
      },
      keepOne: (input: { keep: string; remove: string[] }) => {
        decided.push(['one', input])
        leave(groups.find(({ images }) => images.some(({ hash }) => hash === input.keep))!.id)
        return Promise.resolve({ removed: input.remove.length })
      },
      keepAll: (input: { kind: string; hashes: string[] }) => {
        kinds.push(input.kind)
        decided.push(['all', input.hashes])
        leave(groups.find(({ images }) => images[0]!.hash === input.hashes[0])!.id)
        return Promise.resolve({ kept: input.hashes.length })
      },
      keepBest: () => Promise.resolve(decided.push(['best']) && { groups: 3, removed: 4 }),
      compare: () => Promise.resolve(decided.push(['compare']) && { jobId: 'a' }),
    },
    classes: {
      list: () =>
        Promise.resolve(
          ['cat', 'dog'].map((name, position) => ({
            id: position + 1,
            name,
            colour: '#0072b2',
            key: String(position + 1),
            position,
            images: 3,
          })),
        ),
    },
  })
  studio.start()
  const page = show(withStudio(studio, LookAlikesTab), {})
  page.style.cssText = 'display: flex; width: 1072px; height: 720px'
  await until(() => page.querySelectorAll('[role=row]').length === 3 && studio.classes.value !== null)
  flushSync()
  const grid = page.querySelector<HTMLElement>('[role=grid]')!
  grid.focus()
  const press = (key: string, repeat = false) => {
    grid.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true, cancelable: true }))
    flushSync()
  }
  const at = () => page.querySelector('[aria-selected=true]')?.getAttribute('aria-label') ?? null
  return { page, grid, press, at, decided, kinds }
}

test('each group says why it is one, which photo is best, and where its photos are called otherwise', async () => {
  const { page } = await openTab()
  // What is said of a group stands above its photos, also where there is room for one of them beside it.
  const said = page.querySelector('[role=rowheader]')!.getBoundingClientRect()
  const photos = [...page.querySelectorAll('[role=row]')[0]!.querySelectorAll('.photo')].map((each) => each.getBoundingClientRect().top)
  expect(photos.every((top) => top >= said.bottom && top === photos[0])).toBe(true)
  const rows = [...page.querySelectorAll('[role=rowheader]')].map((each) => each.textContent.trim())
  expect(rows[0]).toContain('3 photos: nearly the same picture')
  expect(rows[0]).toContain('2 are called cat, 1 dog')
  expect(rows[1]).toContain('taken within 2 seconds')
  expect(page.querySelectorAll('.best')).toHaveLength(3)
})

test('by keys alone: arrows go through photos and groups, one is kept, the best, or all, and the next group comes up', async () => {
  const { press, at, decided, page } = await openTab()
  expect(at()).toContain('1.jpg')
  press('ArrowRight')
  press('ArrowRight')
  expect(at()).toContain('3.jpg')
  press('ArrowRight')
  expect(at()).toContain('3.jpg')
  press('k')
  await until(() => page.querySelectorAll('[role=row]').length === 2)
  expect(decided.at(-1)).toEqual(['one', { keep: hashOf(3), remove: [hashOf(1), hashOf(2)] }])
  press('ArrowDown')
  press('a')
  await until(() => page.querySelectorAll('[role=row]').length === 1)
  expect(decided.at(-1)).toEqual(['all', [hashOf(6), hashOf(7)]])
  press('b')
  await until(() => page.textContent.includes(lookAlikeWords.emptyTitle.sure))
  expect(decided.at(-1)).toEqual(['one', { keep: hashOf(4), remove: [hashOf(5)] }])
})

test('a key that is held decides about one group, and after a press of a button the keys go on with the next one', async () => {
  const { page, grid, press, at, decided } = await openTab()
  press('b')
  await until(() => page.querySelectorAll('[role=row]').length === 2)
  press('b', true)
  const second = page.querySelectorAll('[role=row]')[1]!
  const keepAll = [...second.querySelectorAll('button')].find(({ innerText }) => innerText === lookAlikeWords.keepAll)!
  keepAll.focus()
  keepAll.click()
  await until(() => page.querySelectorAll('[role=row]').length === 1)
  expect(decided).toEqual([
    ['one', { keep: hashOf(1), remove: [hashOf(2), hashOf(3)] }],
    ['all', [hashOf(6), hashOf(7)]],
  ])
  expect(document.activeElement).toBe(grid)
  expect(at()).toContain('4.jpg')
})

test('the best of all groups is kept in one step, which says before how many go to the trash, and the network can be asked to look closer', async () => {
  const { page, decided } = await openTab()
  const button = (name: string) => [...page.querySelectorAll('button')].find(({ innerText }) => innerText === name)!
  button('Keep the 3 best, move 4 to the trash').click()
  await until(() => decided.length === 1)
  button(lookAlikeWords.compare).click()
  await until(() => decided.length === 2)
  expect(decided).toEqual([['best'], ['compare']])
})

test('what is decided while groups of the other kind are on their way is of the kind that is seen', async () => {
  let answer = (): void => undefined
  const { page, press, decided, kinds } = await openTab({ perhaps: new Promise((done) => (answer = done)) })
  page.querySelector<HTMLInputElement>('input[type=radio]:not(:checked)')!.click()
  flushSync()
  press('a')
  await until(() => decided.length === 1)
  expect([decided, kinds]).toEqual([[['all', [hashOf(1), hashOf(2), hashOf(3)]]], ['sure']])
  answer()
  await until(() => page.textContent.includes(lookAlikeWords.emptyTitle.perhaps))
})
