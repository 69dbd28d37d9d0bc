import { expect, test } from 'vitest'
import { show } from '../../testing/show.ts'
import { studioForTests, withStudio } from '../../testing/studio-for-tests.ts'
import { photoWords } from '../../text/photos.ts'
import PhotosPage from './PhotosPage.svelte'

test('where all photos are in the trash the page says so and leads there', async () => {
  history.replaceState(null, '', '#/photos')
  const studio = studioForTests({
    images: {
      list: ({ filter }: { filter: { trashed?: boolean } }) => Promise.resolve({ total: filter.trashed === true ? 3 : 0, images: [] }),
    },
    features: { state: () => Promise.resolve({ backbone: 'any', images: 3, missing: 0 }) },
  })
  studio.start()
  const page = show(withStudio(studio, PhotosPage), {})
  const headline = () => page.querySelector('section h2')?.textContent
  await expect.poll(headline).toBe(photoWords.allTrashedTitle)
  const button = (name: string) =>
    [...page.querySelectorAll<HTMLElement>('section button')].find(({ innerText }) => innerText.replace(/\s+/g, ' ') === name)
  expect(button(`${photoWords.trash} 3`)).toBeDefined()
  button(photoWords.showTrash)!.click()
  await expect.poll(() => location.hash).toContain('trash')
  await expect.poll(() => page.textContent).toContain(photoWords.trashHint)
})
