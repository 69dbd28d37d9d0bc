import { expect, test } from 'vitest'
import { previewOf } from './previews.ts'

const preview = (name: string) => ({ name, url: `blob:${name}` })

test('an answer stands beside the picture of its own file, in whatever order the answers come', () => {
  const previews = [preview('a.jpg'), preview('b.jpg')]
  expect(previewOf('/uploads/1/b.jpg', previews)).toBe(previews[1])
  expect(previewOf('C:\\uploads\\a.jpg', previews)).toBe(previews[0])
})

test('two files of one name show no picture rather than a wrong one', () => {
  expect(previewOf('/uploads/1/a.jpg', [preview('a.jpg'), preview('a.jpg')])).toBeNull()
})
