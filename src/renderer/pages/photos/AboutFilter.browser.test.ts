import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { everyPhoto } from '../../state/photo-filter.ts'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { photoWords, trashWords } from '../../text/photos.ts'
import AboutFilter from './AboutFilter.svelte'

const hashes = ['a', 'b', 'c'].map((sign) => sign.repeat(64))
const until = async (holds: () => boolean): Promise<void> => {
  await expect.poll(holds).toBe(true)
}

/** The line above the photos of the trash, in which three lie; notes what is brought back. */
async function openTrash() {
  const restored: string[][] = []
  const studio = studioForTests({
    images: {
      list: ({ filter }: { filter: { trashed?: boolean } }) =>
        Promise.resolve({ total: filter.trashed === true ? hashes.length : 0, images: [] }),
      hashes: ({ filter }: { filter: { trashed?: boolean } }) => Promise.resolve(filter.trashed === true ? hashes : []),
      restore: (asked: { hashes: string[] }) => {
        restored.push(asked.hashes)
        return Promise.resolve({ changed: asked.hashes.length })
      },
      trashSize: () => Promise.resolve({ images: 3, bytes: 3_000_000, kept: 0 }),
    },
    features: { state: () => Promise.resolve({ backbone: 'any', images: 9, missing: 0 }) },
  })
  studio.start()
  studio.photos.setFilter({ ...everyPhoto, kind: 'trash' })
  const page = show(withStudio(studio, AboutFilter), {})
  const button = (name: string) => [...page.querySelectorAll('button')].find(({ innerText }) => innerText === name)
  await until(() => button(photoWords.bringAllBack) !== undefined)
  return { page, button, restored }
}

test('all photos of the trash are brought back by one button', async () => {
  const { page, button, restored } = await openTrash()
  expect(page.textContent).toContain(photoWords.trashHint)
  button(photoWords.bringAllBack)!.click()
  await until(() => restored.length === 1)
  expect(restored[0]).toEqual(hashes)
})

test('before the trash is emptied it is asked, and said what goes with the photos', async () => {
  const { page, button } = await openTrash()
  button(trashWords.empty)!.click()
  flushSync()
  const dialog = () => page.querySelector('dialog[open]')?.textContent ?? ''
  await until(() => dialog().includes(trashWords.size(3_000_000)))
  expect(dialog()).toContain(trashWords.title(3))
  expect(dialog()).toContain('notes')
})
