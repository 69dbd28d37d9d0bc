import { flushSync, mount, unmount } from 'svelte'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { StudioError } from '../../main/contract/errors.ts'
import type { Image } from '../../main/contract/images.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { photoDetailWords } from '../text/label.ts'
import PhotoNote from './PhotoNote.svelte'

const hash = 'a'.repeat(64)
/** The note of a photo in a studio that takes it, or refuses it as long as `disk.isFull`. */
function openNote() {
  const disk = { isFull: false }
  const written: string[] = []
  const note = ({ note: text }: { note: string }) => {
    if (disk.isFull) return Promise.reject(new StudioError('NOT_WRITABLE', { path: '/pets.graft', reason: 'ENOSPC' }))
    written.push(text)
    return Promise.resolve({ changed: true })
  }
  const studio = studioForTests({ images: { note } })
  const target = document.createElement('div')
  document.body.append(target)
  const shown = mount(withStudio(studio, PhotoNote), { target, props: { image: imageOf() } })
  flushSync()
  onTestFinished(() => target.remove())
  const field = target.querySelector('textarea')!
  return { studio, disk, written, field, leave: () => unmount(shown) }
}
const imageOf = (): Image => ({
  ...{ hash, name: 'robin.jpg', format: 'jpeg', widthPx: 4, heightPx: 3, sizeBytes: 1 },
  ...{ classId: null, labelSource: null, groupId: null, note: 'first' },
})

test('what is typed about a photo is saved when its field is left', async () => {
  const { written, field, leave } = openNote()
  expect(field.value).toBe('first')
  await userEvent.fill(field, 'ask Ida')
  field.blur()
  await expect.poll(() => written).toEqual(['ask Ida'])
  await leave()
})

test('a note that cannot be saved after its photo was left is told with its text, and can be tried again', async () => {
  const { studio, disk, written, field, leave } = openNote()
  disk.isFull = true
  await userEvent.fill(field, 'ask Ida')
  await leave()
  const about = photoDetailWords.noteLost('robin.jpg', 'ask Ida')
  await expect.poll(() => studio.toasts.list).toMatchObject([{ kind: 'failed', error: { code: 'NOT_WRITABLE' }, about }])
  disk.isFull = false
  studio.toasts.list[0]?.action?.run()
  await expect.poll(() => written).toEqual(['ask Ida'])
})
