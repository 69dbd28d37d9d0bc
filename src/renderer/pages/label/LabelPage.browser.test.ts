import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { StudioError } from '../../../main/contract/errors.ts'
import { frameKeys } from '../../state/frame-keys.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import LabelPage from './LabelPage.svelte'

const names = ['a.jpg', 'b.jpg', 'c.jpg']
const hashOf = (index: number) => String(index).repeat(64)
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}

/** The page in a studio of three photos and two classes; writing a label waits until the test lets it go on, or fails. */
async function openPage() {
  const labels: (number | null)[] = [null, null, null]
  const writing: { readonly done: () => void; readonly failed: (error: Error) => void }[] = []
  const image = (index: number) => ({
    ...{ hash: hashOf(index), name: names[index], format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1 },
    ...{ classId: labels[index], labelSource: null, groupId: null, note: '' },
  })
  const project = { name: 'pets', path: '/pets.graft', createdAtMs: 0, images: 3, labelled: 0, classes: 2, runs: 0, exports: 0 }
  const studio = studioForTests({
    project: { current: () => Promise.resolve(project) },
    images: {
      list: ({ filter }: { filter: { class?: string } }) => {
        const images = [0, 1, 2].filter((index) => filter.class !== 'unlabelled' || labels[index] === null).map(image)
        return Promise.resolve({ total: images.length, images })
      },
      get: ({ hash }: { hash: string }) => Promise.resolve(image(Number(hash[0]))),
    },
    classes: {
      list: () =>
        Promise.resolve(
          ['cat', 'dog'].map((name, position) => ({
            id: position + 1,
            name,
            colour: '#0072b2',
            position,
            images: 0,
            boundKey: null,
            key: String(position + 1),
          })),
        ),
    },
    labels: {
      set: async ({ hashes, classId }: { hashes: [string]; classId: number | null }) => {
        await new Promise<void>((done, failed) => writing.push({ done, failed }))
        labels[Number(hashes[0][0])] = classId
        return { changed: 1 }
      },
    },
  })
  studio.start()
  const onkeydown = frameKeys(studio, { showCommands: () => undefined, showKeyMap: () => undefined })
  window.addEventListener('keydown', onkeydown)
  onTestFinished(() => window.removeEventListener('keydown', onkeydown))
  const page = show(withStudio(studio, LabelPage), {})
  const strip = () => [...page.querySelectorAll('[role=option]')].map((each) => each.getAttribute('aria-label'))
  const shown = () => page.querySelector<HTMLImageElement>('[data-testid=large-photo]')?.alt
  await until(() => strip().length === 3)
  return { page, writing, labels, strip, shown }
}

const press = (key: string, more: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

test('a digit shows the class and the next photo before anything is written', async () => {
  const { strip, shown, writing } = await openPage()
  press('2')
  press('1')
  await until(() => shown() === 'c.jpg')
  expect(strip()).toEqual(['a.jpg, dog', 'b.jpg, cat', 'c.jpg, unlabelled'])
  expect(writing).toHaveLength(1)
})

test('a label that cannot be written is taken back where it stands, told, and written when it is tried again', async () => {
  const { page, strip, shown, writing, labels } = await openPage()
  press('2')
  press('1')
  await until(() => writing.length === 1)
  writing[0]!.failed(new StudioError('DISK_FULL', { path: '/', neededBytes: null, freeBytes: 0 }))
  await until(() => strip()[0] === 'a.jpg, unlabelled, label not saved')
  expect([strip()[1], shown()]).toEqual(['b.jpg, cat', 'c.jpg'])
  await until(() => writing.length === 2)
  writing[1]!.done()
  const again = [...page.querySelectorAll('button')].find(({ innerText }) => innerText === 'Try again')!
  again.click()
  await until(() => writing.length === 3)
  writing[2]!.done()
  await until(() => labels[0] === 2)
  expect([page.querySelector('[role=alert]'), strip()[0]]).toEqual([null, 'a.jpg, dog'])
})

test('undo shows the last photo again, without its label, and redo gives it once more', async () => {
  const { strip, shown } = await openPage()
  press('2')
  press('z', { ctrlKey: true })
  await until(() => shown() === 'a.jpg')
  expect(strip()[0]).toBe('a.jpg, unlabelled')
  press('y', { ctrlKey: true })
  await until(() => shown() === 'b.jpg')
  expect(strip()[0]).toBe('a.jpg, dog')
})

test('while a name is typed, its letters are no keys', async () => {
  const { page, shown } = await openPage()
  press('n')
  await until(() => page.querySelector('form input') === document.activeElement)
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true, cancelable: true }))
  expect(shown()).toBe('a.jpg')
})

test('what to label can be typed by its name: the list keeps the keys until it is left', async () => {
  const { page, shown } = await openPage()
  const list = page.querySelector('select')!
  list.focus()
  await userEvent.keyboard('ph')
  expect([document.activeElement, shown()]).toEqual([list, 'a.jpg'])
  await userEvent.keyboard('{Escape}')
  expect(document.activeElement).not.toBe(list)
})
