import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { StudioError } from '../../../main/contract/errors.ts'
import type { ImageFilter, ImageOrder } from '../../../main/contract/images.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { frameWords } from '../../text/frame.ts'
import { photoDetailWords } from '../../text/label.ts'
import { photoWords } from '../../text/photos.ts'
import PhotosPage from './PhotosPage.svelte'

const hashOf = (index: number): string => index.toString(16).padStart(64, '0')
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}

interface Asked {
  readonly filter: ImageFilter
  readonly order: ImageOrder
  readonly offset: number
  readonly limit: number
}

const project = { name: 'pets', path: '/pets.graft', createdAtMs: 0, labelled: 0, classes: 3, runs: 0, exports: 0 }
const classAt = (id: number, position: number) => ({
  ...{ id, name: ['cat', 'dog', 'owl'][id - 1], colour: '#0072b2' },
  ...{ key: String(position + 1), position, images: 7 },
})
/** Photos 20 to 29 are dogs. */
const classOf = (index: number): number | null => (index >= 20 && index < 30 ? 2 : null)
const image = (index: number) => ({
  ...{ hash: hashOf(index), name: `${index}.jpg`, format: 'jpeg', widthPx: 400, heightPx: 300, sizeBytes: 1 },
  ...{ classId: classOf(index), labelSource: null, groupId: null, note: '' },
})
const detail = ({ hash }: { hash: string }) => {
  const index = Number.parseInt(hash, 16)
  if (index >= 100_000) return Promise.reject(new StudioError('IMAGE_NOT_FOUND', { image: hash }))
  const origin = {
    taken: null,
    flaws: [],
    isFine: false,
    importedAtMs: 0,
    sourcePath: '/cat/1.jpg',
    isSourcePresent: true,
    sentAs: null,
    isTrashed: false,
  }
  return Promise.resolve({ image: image(index), ...origin, lookAlikes: [], labels: [], runs: [] })
}

const unseen = () => Promise.reject(new StudioError('FEATURES_MISSING', { image: '0.jpg' }))

/** The page before a studio of 100,000 photos and three classes, which notes what it is asked; what is known of one photo comes after `known`. */
async function openPage(photos = 100_000, address = '', known = Promise.resolve()) {
  localStorage.clear()
  history.replaceState(null, '', `#${address}`)
  let total = photos
  let looks = 0
  let isUnseen = false
  const lists: Asked[] = []
  const labelled: { hashes: string[]; classId: number | null }[] = []
  let order = [1, 2, 3]
  const range = (offset: number, limit: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => offset + at)
  const studio = studioForTests({
    project: { current: () => Promise.resolve({ ...project, images: total }) },
    images: {
      list: (asked: Asked) => {
        if (!asked.filter.trashed) lists.push(asked)
        if (isUnseen && asked.filter.similarTo != null) return unseen()
        return Promise.resolve({ total: asked.filter.trashed ? 0 : total, images: range(asked.offset, asked.limit).map(image) })
      },
      detail: (asked: { hash: string }) => known.then(() => detail(asked)),
      get: ({ hash }: { hash: string }) => Promise.resolve(image(Number.parseInt(hash, 16))),
      hashes: ({ offset, limit }: Asked) => Promise.resolve(range(offset, limit).map(hashOf)),
    },
    features: {
      state: () => Promise.resolve({ backbone: 'any', images: total, missing: 7 }),
      extract: () => Promise.resolve({ jobId: String(looks++) }),
    },
    classes: {
      list: () => Promise.resolve(order.map(classAt)),
      reorder: ({ ids }: { ids: number[] }) => {
        order = ids
        return Promise.resolve([])
      },
    },
    labels: {
      of: ({ hashes }: { hashes: string[] }) => Promise.resolve({ classIds: hashes.map((hash) => classOf(Number.parseInt(hash, 16))) }),
      set: (asked: { hashes: string[]; classId: number | null }) => {
        labelled.push(asked)
        return Promise.resolve({ changed: asked.hashes.length })
      },
    },
  })
  studio.start()
  const page = show(withStudio(studio, PhotosPage), {})
  page.style.cssText = 'display: flex; flex-direction: column; width: 1072px; height: 720px'
  const cells = () => [...page.querySelectorAll<HTMLElement>('[role=gridcell]')]
  await until(() => total === 0 || (cells().length > 0 && cells().every((each) => each.querySelector('img') !== null)))
  const grid = page.querySelector<HTMLElement>('[role=grid]')!
  const classes = () => [...page.querySelectorAll('aside [role=group]')].map((each) => each.getAttribute('aria-label'))
  const count = () => page.querySelector('.chosen')?.textContent ?? null
  const at = (place: number) => page.querySelector<HTMLElement>(`[data-place="${place}"]`)!
  const dialog = () => page.querySelector<HTMLElement>('dialog[open]')
  const title = () => dialog()?.querySelector('h2')?.textContent ?? null
  const shrink = (to: number) => {
    total = to
    studio.photos.refresh()
  }
  const unsee = (unseen: boolean) => (isUnseen = unseen)
  return { page, looks: () => looks, grid, cells, classes, count, at, studio, lists, labelled, dialog, title, shrink, unsee }
}

const press = (target: Element, key: string, more: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
const point = (target: Element, type: string, x: number, y: number, more: PointerEventInit = {}) =>
  target.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, button: 0, bubbles: true, cancelable: true, ...more }))

test('of 100,000 photos only those on screen exist, at the end of the grid too', async () => {
  const { grid, cells } = await openPage()
  expect(cells().length).toBeLessThan(120)
  grid.scrollTop = grid.scrollHeight
  await until(() => cells().at(-1)?.getAttribute('aria-label') === '99999.jpg, unlabelled')
  expect(cells().length).toBeLessThan(120)
})

test('every photo tells a screen reader its row and column among all', async () => {
  const { grid, at } = await openPage()
  const [columns, rows] = [Number(grid.ariaColCount), Number(grid.ariaRowCount)]
  expect([columns > 1, rows]).toEqual([true, Math.ceil(100_000 / columns)])
  expect([at(0).ariaRowIndex, at(columns).ariaRowIndex, at(columns + 1).ariaColIndex]).toEqual(['1', '2', '2'])
})

test('arrows move, Shift chooses on the way, a digit labels what is chosen, and Ctrl+A chooses also what is not loaded', async () => {
  const { grid, count, labelled } = await openPage()
  grid.focus()
  press(grid, 'ArrowRight')
  press(grid, 'ArrowRight', { shiftKey: true })
  await until(() => count() === photoWords.chosen(2))
  press(grid, '2')
  await until(() => labelled.length === 1)
  expect(labelled[0]).toEqual({ hashes: [hashOf(1), hashOf(2)], classId: 2 })
  press(grid, 'a', { ctrlKey: true })
  await until(() => count() === photoWords.chosen(100_000))
  press(grid, 'Escape')
  await until(() => count() === null)
})

test('of the chosen photos it is said how many have a class already, also of those that are not loaded, and those without can be kept alone', async () => {
  const { page, grid, count, labelled, studio } = await openPage()
  const said = () => page.querySelector('[data-testid=relabel] p')?.textContent ?? null
  await studio.selection.pick(3, 'only')
  await studio.selection.pick(9, 'range')
  flushSync()
  expect(said()).toBeNull()
  grid.focus()
  press(grid, 'a', { ctrlKey: true })
  await until(() => said() === '10 of these 100,000 have a class already: dog. They change too.')
  page.querySelector<HTMLElement>('[data-testid=relabel] button')!.click()
  await until(() => count() === photoWords.chosen(99_990) && said() === null)
  press(grid, '1')
  await until(() => labelled.length === 1)
  expect([labelled[0]!.hashes.length, labelled[0]!.hashes.includes(hashOf(20))]).toEqual([99_990, false])
})

test('a digit with nothing chosen labels nothing, unless the grid has the focus', async () => {
  const { page, labelled } = await openPage()
  press(page, '1')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(labelled).toEqual([])
})

test('a band between photos chooses what it touches, with Ctrl it turns photos over, and a click beside photos chooses none', async () => {
  const { grid, at, count, cells } = await openPage()
  const [first, second] = [at(0).getBoundingClientRect(), at(1).getBoundingClientRect()]
  const gap = first.right + 2
  // There is no pointer to capture behind events that a script makes.
  grid.setPointerCapture = () => undefined
  point(grid, 'pointerdown', gap, first.top + 10)
  point(grid, 'pointermove', second.right - 5, first.top + 30)
  flushSync()
  expect(
    cells()
      .filter((each) => each.ariaSelected === 'true')
      .map(({ id }) => id),
  ).toEqual(['photo-1'])
  point(grid, 'pointerup', second.right - 5, first.top + 30)
  await until(() => count() === photoWords.chosen(1))
  point(at(0), 'pointerdown', first.left + 5, first.top + 5, { ctrlKey: true })
  point(grid, 'pointermove', second.right - 5, first.top + 30, { ctrlKey: true })
  point(grid, 'pointerup', second.right - 5, first.top + 30, { ctrlKey: true })
  await until(() => at(0).ariaSelected === 'true')
  expect(at(1).ariaSelected).toBe('false')
  point(grid, 'pointerdown', gap, first.top + 10)
  point(grid, 'pointerup', gap, first.top + 10)
  grid.click()
  await until(() => count() === null)
})

test('a filter is written into the address, said as a chip, and gone with a press on it', async () => {
  const { page, lists } = await openPage()
  page.querySelector<HTMLElement>('aside [role=group][aria-label=owl] button')!.click()
  await until(() => lists.at(-1)?.filter.class === 3)
  await until(() => location.hash.includes('class=3'))
  const chip = [...page.querySelectorAll<HTMLElement>('[role=toolbar] button')].find((each) => each.innerText.trim() === 'owl')!
  expect(chip.getAttribute('aria-pressed')).toBe('true')
  chip.click()
  await until(() => lists.at(-1)?.filter.class === undefined && !location.hash.includes('class'))
})

test('photos are carried onto a class, all that are chosen, and their number is said', async () => {
  const { page, grid, at, labelled, studio } = await openPage()
  await studio.selection.pick(0, 'only')
  await studio.selection.pick(2, 'range')
  const transfer = new DataTransfer()
  const drag = (target: Element, type: string) =>
    target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
  drag(at(1), 'dragstart')
  expect(page.querySelector<HTMLElement>('.drag-card')!.innerText).toBe(photoWords.carried(3))
  const row = page.querySelector('aside [role=group][aria-label=dog] button')!
  drag(row, 'dragenter')
  drag(row, 'dragover')
  drag(row, 'drop')
  await until(() => labelled.length === 1)
  expect(labelled[0]).toEqual({ hashes: [hashOf(0), hashOf(1), hashOf(2)], classId: 2 })
  expect(grid.isConnected).toBe(true)
})

test('Alt with an arrow moves a class, which keeps the focus', async () => {
  const { page, classes } = await openPage()
  const owl = page.querySelector<HTMLElement>('aside [role=group][aria-label=owl] button')!
  owl.focus()
  press(owl, 'ArrowUp', { altKey: true })
  await until(() => classes().slice(0, 3).join() === 'cat,owl,dog')
  await until(() => document.activeElement?.closest('[role=group]')?.getAttribute('aria-label') === 'owl')
})

test('squares keep the photo at the upper edge while they change their size, which is remembered', async () => {
  const { page, grid, cells } = await openPage()
  const slider = page.querySelector<HTMLInputElement>('input[type=range]')!
  grid.scrollTop = 20_000
  const seen = () => cells().filter((each) => each.getBoundingClientRect().bottom > grid.getBoundingClientRect().top + 4)
  await until(() => Number(seen()[0]?.dataset['place']) > 100)
  const before = Number(seen()[0]!.dataset['place'])
  slider.value = '240'
  slider.dispatchEvent(new InputEvent('input', { bubbles: true }))
  await until(() => seen()[0]!.offsetWidth > 180)
  const row = seen().filter((each) => each.offsetTop === seen()[0]!.offsetTop).length
  expect(Math.abs(Number(seen()[0]!.dataset['place']) - before)).toBeLessThanOrEqual(2 * row)
  expect(localStorage.getItem('graft.photo-size')).toBe('240')
})

test('a project without photos says what will be here, and what to do', async () => {
  const { page } = await openPage(0)
  await until(() => page.innerText.includes(photoWords.emptyTitle))
  expect(page.querySelector('[role=grid]')).toBeNull()
})

test('a photo that is looked at stands in the address: back closes it, forward opens it, and arrows make no steps of their own', async () => {
  const { at, title, dialog } = await openPage(1000, '/photos?name=jpg')
  const steps = history.length
  at(2).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await until(() => title() === '2.jpg')
  expect(location.hash).toBe(`#/photos/${hashOf(2)}?name=jpg`)
  press(dialog()!, 'ArrowRight')
  press(dialog()!, 'ArrowRight')
  await until(() => title() === '4.jpg' && location.hash === `#/photos/${hashOf(4)}?name=jpg`)
  expect(history.length - steps).toBe(1)
  history.back()
  await until(() => dialog() === null)
  expect(location.hash).toBe('#/photos?name=jpg')
  history.forward()
  await until(() => title() === '4.jpg')
  dialog()!.querySelector<HTMLElement>('header button')!.click()
  await until(() => dialog() === null && location.hash === '#/photos?name=jpg')
})

test('the key of the note works before anything is known of the photo, and what is typed next is its text', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { at, dialog, labelled } = await openPage(10, '', promise)
  at(2).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await until(() => dialog() !== null)
  press(dialog()!, 'n')
  press(dialog()!, '2')
  expect(dialog()!.querySelector('textarea')).toBe(null)
  resolve()
  await until(() => document.activeElement instanceof HTMLTextAreaElement)
  expect(labelled).toEqual([])
})

test('a link leads to its photo, wherever that stands among all, and closing it leaves the grid there', async () => {
  const { title, dialog, studio, at } = await openPage(100_000, `/photos/${hashOf(54_321)}`)
  await until(() => title() === '54321.jpg')
  await until(() => dialog()!.textContent.includes(photoDetailWords.place(54_321, 100_000)))
  press(dialog()!, 'ArrowLeft')
  await until(() => title() === '54320.jpg')
  dialog()!.querySelector<HTMLElement>('header button')!.click()
  await until(() => dialog() === null && location.hash === '#/photos')
  expect([studio.selection.cursor, at(54_320).isConnected]).toEqual([54_320, true])
})

test('a link to a photo that is not there says so, and leads to the grid', async () => {
  const { dialog } = await openPage(1000, `/photos/${'f'.repeat(64)}`)
  await until(() => dialog()?.textContent.includes(photoDetailWords.missingTitle) === true)
  const back = [...dialog()!.querySelectorAll('button')].find(({ innerText }) => innerText === photoDetailWords.toPhotos)!
  back.click()
  await until(() => dialog() === null && location.hash === '#/photos')
})

test('a photo that leaves the row while it is looked at stays until one goes on', async () => {
  const { at, title, dialog, shrink } = await openPage(10)
  at(9).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await until(() => title() === '9.jpg')
  shrink(9)
  await until(() => !dialog()!.textContent.includes(photoDetailWords.place(9, 10)))
  expect(title()).toBe('9.jpg')
  press(dialog()!, 'ArrowLeft')
  await until(() => title() === '8.jpg')
})

test('where the folder of the project is gone the page says so in place of its photos, until it is back', async () => {
  const { page, cells, studio } = await openPage(20)
  studio.presence.isGone = true
  flushSync()
  expect([cells().length, page.querySelector('section [role=alert] h2')?.textContent]).toEqual([0, frameWords.goneTitle])
  await studio.presence.look()
  await until(() => cells().length === 20)
})

test('more like a photo is an address of its own, says which photo is meant and what was not compared, and back leads to those from before', async () => {
  const { page, grid, lists, looks } = await openPage(1000)
  grid.focus()
  press(grid, 'ArrowRight')
  press(grid, 'm')
  await until(() => location.hash === `#/photos?like=${hashOf(1)}`)
  await until(() => page.textContent.includes(photoWords.like('1.jpg')) && page.textContent.includes(photoWords.unseen(7)))
  expect(lists.at(-1)!.filter).toEqual({ trashed: false, similarTo: hashOf(1) })
  const look = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === photoWords.lookAtAll)!
  look.click()
  await until(() => looks() === 1)
  history.back()
  await until(() => !page.textContent.includes(photoWords.like('1.jpg')))
})

test('more like a photo that no network has looked at says so once, with the way out, and shows the photos when it has', async () => {
  const { page, grid, looks, cells, unsee, studio } = await openPage(1000)
  unsee(true)
  grid.focus()
  press(grid, 'm')
  const note = () => page.querySelector<HTMLElement>('section [role=note]')
  await until(() => note() !== null)
  expect(page.textContent).not.toContain(photoWords.similarHint)
  expect(page.querySelector('[role=alert]')).toBeNull()
  const names = () => [...page.querySelectorAll<HTMLElement>('section button')].map(({ innerText }) => innerText)
  expect(names().filter((name) => name === photoWords.lookAtAll)).toHaveLength(1)
  expect(names()).not.toContain(frameWords.tryAgain)
  ;[...note()!.querySelectorAll('button')].find(({ innerText }) => innerText === photoWords.lookAtAll)!.click()
  await until(() => looks() === 1)
  unsee(false)
  studio.photos.refresh()
  await until(() => note() === null && cells().length > 0 && page.textContent.includes(photoWords.similarHint))
})

test('more like a photo that is looked at closes it', async () => {
  const { at, title, dialog, lists } = await openPage(1000)
  at(3).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await until(() => title() === '3.jpg')
  press(dialog()!, 'm')
  await until(() => dialog() === null && location.hash === `#/photos?like=${hashOf(3)}`)
  expect(lists.at(-1)!.filter.similarTo).toBe(hashOf(3))
})
