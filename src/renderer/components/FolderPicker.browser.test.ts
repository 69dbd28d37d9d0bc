import type { Component } from 'svelte'
import { expect, test } from 'vitest'
import { StudioError } from '../../main/contract/errors.ts'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { startWords } from '../text/start.ts'
import FolderPicker from './FolderPicker.svelte'

const there = ['/home/me', '/photos']

/** The dialog over a machine with two folders, neither of which is where projects go. */
async function pick(file?: 'backup'): Promise<{ page: HTMLElement; field: HTMLInputElement; chosen: string[] }> {
  const chosen: string[] = []
  const studio = studioForTests({
    studio: {
      info: () => Promise.resolve({ threads: 1, engine: null, projectsFolder: '/home/me/Documents/Graft' }),
      listFolders: ({ path, files }: { path: string; files?: 'backup' }) => {
        const folder = path === '' ? '/home/me' : path
        if (!there.includes(folder)) return Promise.reject(new StudioError('FOLDER_NOT_FOUND', { path: folder }))
        const backups = files === undefined ? [] : ['/home/me/birds.graft-backup']
        return Promise.resolve({
          path: folder,
          parent: '/',
          folders: folder === '/photos' ? ['/photos/cats'] : [],
          files: backups,
          photos: 0,
        })
      },
    },
  })
  const onchoose = (path: string) => void chosen.push(path)
  const told = { title: 'Which?', choose: 'Take it', onchoose, onclose: () => undefined, ...(file === undefined ? {} : { file }) }
  const picker: Component = (anchor) => FolderPicker(anchor, told)
  const page = show(withStudio(studio, picker), {})
  const field = page.querySelector('input')
  if (field === null) throw new Error('no field')
  await expect.poll(() => field.value).toBe('/home/me')
  return { page, field, chosen }
}

function type(field: HTMLInputElement, text: string): void {
  field.focus()
  field.value = text
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 50))

/** As a person does, with the focus on it. */
function press(page: HTMLElement, name: string): void {
  const button = [...page.querySelectorAll('button')].find((each) => each.textContent.trim() === name)
  button?.focus()
  button?.click()
}

test('it begins in the home folder as long as there is no folder of projects', async () => {
  const { page } = await pick()
  expect(page.querySelector('[role=alert]')).toBe(null)
  expect(page.textContent).toContain(startWords.noFolders)
})

test('a folder that was typed is taken by one press of the button, and one that is not there is told', async () => {
  const { page, field, chosen } = await pick()
  type(field, '/nowhere')
  press(page, 'Take it')
  await expect.poll(() => page.textContent).toContain('There is no folder /nowhere')
  type(field, '/photos')
  press(page, 'Take it')
  await expect.poll(() => chosen).toEqual(['/photos'])
})

test('Enter looks into the folder that was typed, and once more takes it', async () => {
  const { page, field, chosen } = await pick()
  type(field, '/photos')
  page.querySelector('form')?.requestSubmit()
  await expect.poll(() => page.textContent).toContain('cats')
  expect(chosen).toEqual([])
  page.querySelector('form')?.requestSubmit()
  await expect.poll(() => chosen).toEqual(['/photos'])
})

test('a folder is taken once, however often the button is pressed before it is known to be there', async () => {
  const { page, field, chosen } = await pick()
  type(field, '/photos')
  press(page, 'Take it')
  press(page, 'Take it')
  await expect.poll(() => chosen).toEqual(['/photos'])
  await settled()
  expect(chosen).toEqual(['/photos'])
})

test('it opens with the focus on its field, whose text is replaced by what is typed', async () => {
  const { field } = await pick()
  expect(document.activeElement).toBe(field)
  await expect.poll(() => [field.selectionStart, field.selectionEnd]).toEqual([0, '/home/me'.length])
})

test('a path is taken without its quotes, and the end of one as within the folder that is shown', async () => {
  const { page, field, chosen } = await pick()
  type(field, ' "/photos" ')
  page.querySelector('form')?.requestSubmit()
  await expect.poll(() => field.value).toBe('/photos')
  type(field, 'nowhere')
  page.querySelector('form')?.requestSubmit()
  await expect.poll(() => page.textContent).toContain('There is no folder /photos/nowhere')
  expect(chosen).toEqual([])
})

test('a backup is chosen by a press on its file, and no folder is taken for one', async () => {
  const { page, chosen } = await pick('backup')
  press(page, 'Take it')
  expect(chosen).toEqual([])
  press(page, 'birds.graft-backup')
  expect(chosen).toEqual(['/home/me/birds.graft-backup'])
})
