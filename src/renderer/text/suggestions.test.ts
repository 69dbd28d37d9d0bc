import { expect, test } from 'vitest'
import { suggestionWords as words } from './suggestions.ts'

test('what is missing is told by class', () => {
  expect(words.missing([])).toBe('Suggestions need two classes.')
  expect(words.missing([{ name: 'dog', labels: 3 }])).toBe('3 more photos of dog, and Graft can suggest.')
  const both = [
    { name: 'cat', labels: 1 },
    { name: 'dog', labels: 2 },
  ]
  expect(words.missing(both)).toBe('1 more photo of cat and 2 more photos of dog, and Graft can suggest.')
})

test('a reason names classes, or how many photos are meant', () => {
  const nameOf = (id: number) => ['', 'cat', 'dog'][id] ?? ''
  expect(words.reason({ kind: 'between', first: 2, second: 1 }, nameOf)).toBe('Could be dog or cat')
  expect(words.reason({ kind: 'many', photos: 40 }, nameOf)).toBe('About 40 more photos are like this one, none with a class')
})
