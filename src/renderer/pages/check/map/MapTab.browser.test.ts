import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { show } from '../../../testing/show.ts'
import { studioForTests, withStudio } from '../../../testing/studio-for-tests.ts'
import { mapWords } from '../../../text/map.ts'
import { relabelWords } from '../../../text/relabel.ts'
import { photoWords } from '../../../text/photos.ts'
import MapTab from './MapTab.svelte'

const hashOf = (index: number): string => index.toString(16).padStart(64, '0')
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}

/** The tab before a map of 20 by 20 photos in rows, the left half of which are cats; the last photo is in the trash. */
async function openTab(state: 'ready' | 'none' = 'ready') {
  const count = 400
  const positions = Float32Array.from({ length: count * 2 }, (_, at) => (at % 2 === 0 ? (at / 2) % 20 : Math.floor(at / 40)))
  const bytes = new Uint8Array(positions.buffer)
  const classIds = Array.from({ length: count }, (_, index) => (index === count - 1 ? -1 : index % 20 < 10 ? 1 : 0))
  const map = {
    ...{ state: 'ready', madeAtMs: 1, missing: 3, isSample: false, isOfOtherNetwork: false, classIds },
    hashes: Array.from({ length: count }, (_, index) => hashOf(index)),
    positions: btoa(String.fromCharCode(...bytes)),
  }
  const done: { kind: string; hashes?: string[]; classId?: number | null }[] = []
  const studio = studioForTests({
    map: {
      get: () => Promise.resolve(state === 'ready' ? map : { state: 'none', images: count }),
      classes: () => Promise.resolve({ classIds }),
      make: () => Promise.resolve(done.push({ kind: 'make' }) && { jobId: 'a' }),
    },
    images: {
      get: ({ hash }: { hash: string }) => Promise.resolve({ hash, name: `${Number.parseInt(hash, 16)}.jpg`, classId: null }),
      choose: ({ hashes }: { hashes: string[] }) => Promise.resolve(done.push({ kind: 'choose', hashes }) && { chosen: 'ab'.repeat(8) }),
      trash: ({ hashes }: { hashes: string[] }) => Promise.resolve(done.push({ kind: 'trash', hashes })),
    },
    labels: { set: (input: { hashes: string[]; classId: number | null }) => Promise.resolve(done.push({ kind: 'label', ...input })) },
    classes: { list: () => Promise.resolve([{ id: 1, name: 'cat', colour: '#0072b2', key: '1', position: 0, images: 3 }]) },
  })
  studio.start()
  const page = show(withStudio(studio, MapTab), {})
  page.style.cssText = 'display: flex; width: 1072px; height: 720px'
  await until(
    () => page.querySelector(state === 'ready' ? '[role=application] canvas' : '.empty') !== null && studio.classes.value !== null,
  )
  flushSync()
  const canvas = page.querySelector<HTMLElement>('[role=application]')
  const press = (key: string, more: KeyboardEventInit = {}) => {
    canvas!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
    flushSync()
  }
  const button = (name: string) => [...page.querySelectorAll('button')].find(({ innerText }) => innerText === name)!
  const chosen = () => page.querySelector('.bar b')?.textContent ?? null
  return { page, canvas: canvas!, press, button, chosen, done }
}

test('tells what the colours mean and how many photos of each there are, without those that are gone, and how old it is', async () => {
  const { page } = await openTab()
  const legend = [...page.querySelectorAll('aside li')].map((each) => each.textContent.trim())
  expect(legend).toEqual(['cat200', 'Unlabelled199'])
  expect(page.textContent).toContain('3 photos were added since it was made.')
})

test('by keys alone: arrows go to a photo and on, Space chooses it with those around it, and they are labelled, shown and removed', async () => {
  const { page, canvas, press, button, chosen, done } = await openTab()
  canvas.focus()
  press('ArrowRight')
  await until(() => page.querySelector('figcaption')?.textContent.includes('.jpg') === true)
  const first = page.querySelector('figcaption span')!.textContent
  press('ArrowRight')
  await until(() => page.querySelector('figcaption span')?.textContent === `${Number.parseInt(first, 10) + 1}.jpg`)
  press(' ')
  expect(chosen()).toBe(photoWords.chosen(12))
  press('1')
  await until(() => done.length === 1)
  expect([done[0]!.kind, done[0]!.classId, done[0]!.hashes!.length]).toEqual(['label', 1, 12])
  button(mapWords.show).click()
  await until(() => location.hash.includes(`chosen=${'ab'.repeat(8)}`))
  press('Delete')
  await until(() => done.at(-1)!.kind === 'trash')
  press(' ')
  expect(chosen()).toBeNull()
  press('a', { ctrlKey: true })
  expect(chosen()).toBe(photoWords.chosen(399))
  press('Escape')
  expect(chosen()).toBeNull()
})

test('of what is chosen it is said how many have a class already, and those without can be kept alone', async () => {
  const { page, canvas, press, button, chosen } = await openTab()
  const note = () => page.querySelector<HTMLElement>('[data-testid=relabel]')
  canvas.focus()
  press('a', { ctrlKey: true })
  expect(note()!.querySelector('p')!.textContent).toBe('200 of these 399 have a class already: cat. They change too.')
  button(relabelWords.without(199)).click()
  flushSync()
  expect([chosen(), note(), document.activeElement]).toEqual([photoWords.chosen(199), null, canvas])
})

test('what is drawn around is chosen, with Shift besides what was chosen before', async () => {
  const { canvas, chosen } = await openTab()
  const { left, top, width, height } = canvas.getBoundingClientRect()
  const point = (type: string, x: number, y: number, more: PointerEventInit = {}) => {
    const at = { clientX: left + x * width, clientY: top + y * height, pointerId: 1, button: 0 }
    canvas.dispatchEvent(new PointerEvent(type, { ...at, bubbles: true, cancelable: true, ...more }))
    flushSync()
  }
  // A pointer that a test makes up cannot be captured.
  canvas.setPointerCapture = () => undefined
  const draw = (corners: readonly (readonly [number, number])[], more: PointerEventInit = {}) => {
    point('pointerdown', corners[0]![0], corners[0]![1])
    for (const [x, y] of corners.slice(1)) point('pointermove', x, y)
    point('pointerup', corners.at(-1)![0], corners.at(-1)![1], more)
  }
  draw([
    [0.001, 0.001],
    [0.5, 0.001],
    [0.5, 0.999],
    [0.001, 0.999],
  ])
  expect(chosen()).toBe(photoWords.chosen(200))
  draw(
    [
      [0.5, 0.001],
      [0.999, 0.001],
      [0.999, 0.999],
      [0.5, 0.999],
    ],
    { shiftKey: true },
  )
  expect(chosen()).toBe(photoWords.chosen(399))
})

test('that was never made says what it is good for, and is made with a press', async () => {
  const { page, button, done } = await openTab('none')
  expect(page.textContent).toContain(mapWords.emptyTitle)
  button(mapWords.make).click()
  await until(() => done.length === 1)
})
