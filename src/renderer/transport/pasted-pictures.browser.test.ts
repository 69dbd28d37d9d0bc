import { expect, test } from 'vitest'
import { PastedPictures } from './pasted-pictures.ts'

function clipboard(...names: readonly string[]): DataTransfer {
  const transfer = new DataTransfer()
  for (const name of names) transfer.items.add(new File(['bytes'], name, { type: 'image/png' }))
  return transfer
}

test('pictures of the clipboard get names that tell them apart, and keep their bytes', async () => {
  const pasted = new PastedPictures()
  const [first, second] = [clipboard('image.png'), clipboard('image.jpeg')].map((each) => pasted.named(each).files[0])
  expect([first?.name, second?.name, first?.type, await first?.text()]).toEqual(['Pasted 1.png', 'Pasted 2.jpeg', 'image/png', 'bytes'])
})

test('files that were copied keep their names', () => {
  const files = clipboard('cat.png', 'image.png')
  expect(new PastedPictures().named(files)).toBe(files)
})
