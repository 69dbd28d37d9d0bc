import { expect, test } from 'vitest'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { photoWords } from '../text/photos.ts'
import { watchingWords } from '../text/watching.ts'
import AddPhotos from './AddPhotos.svelte'

const path = '/photos/inbox'

/** Chooses the folder by an item of the menu; answers what the studio was asked for. */
async function choose(item: string, button: string): Promise<unknown[]> {
  const asked: unknown[] = []
  const looked: string[] = []
  const studio = studioForTests({
    studio: {
      info: () => Promise.resolve({ threads: 1, engine: null, projectsFolder: '/projects' }),
      listFolders: ({ path: wanted }: { path: string }) => {
        looked.push(wanted)
        return Promise.resolve({ path, parent: '/photos', folders: [], files: [], photos: 30 })
      },
    },
    watching: {
      add: (input: unknown) => {
        asked.push(input)
        return Promise.resolve([{ path, labelFromFolders: true, state: 'watching', images: 0 }])
      },
    },
    images: {
      import: ({ paths }: { paths: unknown }) => {
        asked.push(paths)
        return Promise.reject(new Error('this studio imports nothing'))
      },
    },
  })
  const page = show(withStudio(studio, AddPhotos), {})
  const press = async (name: string) => {
    const found = () => [...page.querySelectorAll('button, [role=menuitem]')].find((each) => each.textContent.trim() === name)
    await expect.poll(() => found() instanceof HTMLElement && !found()!.hasAttribute('disabled')).toBe(true)
    ;(found() as HTMLElement).click()
  }
  await press(photoWords.add)
  await press(item)
  await expect.poll(() => page.querySelector('dialog[open]')?.textContent).toContain(photoWords.photosHere(30))
  // The home folder: where projects lie there are no photos to be added.
  expect(looked).toEqual([''])
  await press(button)
  await expect.poll(() => asked.length).toBe(1)
  return asked
}

test('a folder that is chosen to be watched is watched, and one that is chosen to be added is added', async () => {
  expect(await choose(watchingWords.add, watchingWords.addThis)).toEqual([{ path, labelFromFolders: true }])
  expect(await choose(photoWords.addByPath, photoWords.addThis)).toEqual([[path]])
})
