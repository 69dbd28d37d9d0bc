import { expect, test } from 'vitest'
import { typedPath } from './typed-path.ts'

test('a path is taken without the quotes and spaces around it, and with those inside of it', () => {
  expect(typedPath(' "/home/me/my birds.graft-backup" ')).toBe('/home/me/my birds.graft-backup')
  expect(typedPath("'C:\\photos'")).toBe('C:\\photos')
  expect(typedPath('/photos/the "best" ones')).toBe('/photos/the "best" ones')
  expect(typedPath(`"/photos'`)).toBe(`"/photos'`)
  expect(typedPath('"')).toBe('"')
})
