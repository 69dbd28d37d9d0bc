import { expect, test } from 'vitest'
import { folderAbove } from './folder-above.ts'

test.each([
  ['/home/ann/Graft/Pets.graft', '/home/ann/Graft'],
  ['/home/ann/Graft/', '/home/ann'],
  ['C:\\Users\\Ann\\Graft\\Pets.graft', 'C:\\Users\\Ann\\Graft'],
  ['C:\\Pets.graft', 'C:\\'],
  ['/Pets.graft', '/'],
  ['/', '/'],
])('the folder above %s is %s', (path, above) => {
  expect(folderAbove(path)).toBe(above)
})
