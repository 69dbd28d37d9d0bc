import { beforeEach, expect, test } from 'vitest'
import { StudioError } from '../../../../main/contract/errors.ts'
import { show } from '../../../testing/show.ts'
import { studioForTests, withStudio } from '../../../testing/studio-for-tests.ts'
import LabelsTab from './LabelsTab.svelte'

const names = ['a.jpg', 'b.jpg', 'c.jpg']
const hashOf = (name: string) => name[0]!.repeat(64)
const project = { name: 'waste', path: '/waste.graft', createdAtMs: 0, images: 30, labelled: 30, classes: 3, runs: 0, exports: 0 }
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}
const press = (key: string, target: EventTarget = document.body, repeat = false) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true, cancelable: true }))

/** Of each photo what was decided: `keep`, `trash` or the id of a class. */
let decided: Map<string, string | number>
/** Decisions fail while this is set. */
let failure: StudioError | null
let isChecked: boolean
beforeEach(() => {
  decided = new Map()
  failure = null
  isChecked = true
})

function openTab({ listed = names, images = 10 }: { readonly listed?: readonly string[]; readonly images?: number } = {}) {
  let step = 0
  const check = { atMs: Date.now(), backbone: 'b', images: 30, estimatedWrong: 3, listed: listed.length, leftOut: [], labelsSince: 0 }
  const write = (hashes: readonly string[], decision: string | number) => {
    if (failure !== null) return Promise.reject(failure)
    for (const hash of hashes) decided.set(hash, decision)
    step += 1
    return Promise.resolve({ changed: hashes.length })
  }
  const image = (name: string) => ({
    ...{ hash: hashOf(name), name, format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ classId: 1, labelSource: null, groupId: null, note: '' },
  })
  const studio = studioForTests({
    project: { current: () => Promise.resolve(project) },
    classes: {
      list: () =>
        Promise.resolve(
          ['can', 'bottle', 'jar'].map((name, position) => ({
            ...{ id: position + 1, name, colour: '#0072b2', key: String(position + 1), position, images },
          })),
        ),
    },
    history: {
      state: () => Promise.resolve({ undo: step === 0 ? null : { id: step, action: 'label-keep', details: {}, atMs: 0 }, redo: null }),
    },
    labels: { set: ({ hashes, classId }: { hashes: string[]; classId: number }) => write(hashes, classId) },
    images: { trash: ({ hashes }: { hashes: string[] }) => write(hashes, 'trash') },
    doubts: {
      list: () => {
        const doubts = listed
          .filter((name) => !decided.has(hashOf(name)))
          .map((name) => ({ image: image(name), likelyId: 2, certainty: 0.93 }))
        return Promise.resolve(isChecked ? { check, left: doubts.length, doubts } : { check: null, left: 0, doubts: [] })
      },
      keep: ({ hashes }: { hashes: string[] }) => write(hashes, 'keep'),
      similar: ({ classIds }: { classIds: number[] }) =>
        Promise.resolve(classIds.map((classId) => ({ classId, images: [image('z.jpg')] }))),
    },
  })
  studio.start()
  const page = show(withStudio(studio, LabelsTab), {})
  return { page, shown: () => page.querySelector<HTMLImageElement>('[data-testid=large-photo]')?.alt }
}

test('one key decides, shows the next photo, and in the end says that all are decided', async () => {
  const { page, shown } = openTab()
  await until(() => shown() === 'a.jpg')
  expect(page.innerText).toContain('Of photos like this one, 9 in 10 are called bottle.')
  press('k')
  press('Enter')
  press('Delete')
  await until(() => page.innerText.includes('You have decided all 3') && decided.size === 3)
  expect([...decided]).toEqual([
    [hashOf('a.jpg'), 'keep'],
    [hashOf('b.jpg'), 2],
    [hashOf('c.jpg'), 'trash'],
  ])
})

test.each(['k', 'Enter', '3', 'Delete'])('%s that is held decides about the photo that was seen, and about no other', async (key) => {
  const { shown } = openTab()
  await until(() => shown() === 'a.jpg')
  press(key)
  await until(() => shown() === 'b.jpg')
  press(key, document.body, true)
  await until(() => decided.size === 1)
  expect([...decided.keys()]).toEqual([hashOf('a.jpg')])
  expect(shown()).toBe('b.jpg')
})

test('a digit gives another class, that of the photo itself keeps it, and skipping is no decision', async () => {
  const { page, shown } = openTab()
  await until(() => shown() === 'a.jpg')
  press('s')
  press('3')
  press('1')
  await until(() => decided.size === 2)
  expect([...decided]).toEqual([
    [hashOf('b.jpg'), 3],
    [hashOf('c.jpg'), 'keep'],
  ])
  await until(() => shown() === 'a.jpg' && page.innerText.includes('1 left'))
})

test('Enter on a button presses that button and changes nothing else', async () => {
  const { page, shown } = openTab()
  await until(() => shown() === 'a.jpg')
  const skip = [...page.querySelectorAll('button')].find(({ innerText }) => innerText.includes('Skip'))!
  press('Enter', skip)
  expect(decided.size).toBe(0)
  expect(shown()).toBe('a.jpg')
})

test('after a click on a button the keys belong to the photo again', async () => {
  const { page, shown } = openTab()
  await until(() => shown() === 'a.jpg')
  const skip = [...page.querySelectorAll('button')].find(({ innerText }) => innerText.includes('Skip'))!
  skip.focus()
  skip.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }))
  await until(() => shown() === 'b.jpg')
  press('Enter', document.activeElement!)
  await until(() => decided.size === 1)
  expect([...decided]).toEqual([[hashOf('b.jpg'), 2]])
})

test('a decision that cannot be written brings its photo back', async () => {
  const { page, shown } = openTab()
  await until(() => shown() === 'a.jpg')
  failure = new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: 0 })
  press('k')
  await until(() => page.innerText.includes('3 left'))
  expect(page.querySelectorAll('[role=option]')).toHaveLength(3)
})

test('before the first look it is offered, where there are labels enough', async () => {
  isChecked = false
  const first = openTab()
  await until(() => first.page.innerText.includes('Look for wrong labels'))
  const second = openTab({ images: 4 })
  await until(() => second.page.innerText.includes('at least 5 labelled photos of each of two classes'))
})

test('nothing found is said, with what it was looked for among', async () => {
  const { page } = openTab({ listed: [] })
  await until(() => page.innerText.includes('No label looks wrong among 30 photos'))
  expect(page.innerText).toContain('About 3 more may be wrong')
})
