import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { fuzzyMatch } from './fuzzy.ts'

const best = (query: string, texts: readonly string[]): readonly string[] =>
  texts
    .flatMap((text) => {
      const match = fuzzyMatch(query, text)
      return match === null ? [] : [{ text, match }]
    })
    .sort((a, b) => b.match.score - a.match.score)
    .map(({ text }) => text)

test('what is written out comes before what is scattered, and the beginning before the middle', () => {
  expect(best('tr', ['Go to Photos, by Robin', 'Photos in the trash', 'Train', 'Contrast'])).toEqual([
    'Train',
    'Photos in the trash',
    'Contrast',
    'Go to Photos, by Robin',
  ])
  expect(best('run 12', ['Run 120', 'Run 2', 'Run 12, balanced', 'Run 12'])).toEqual(['Run 12', 'Run 120', 'Run 12, balanced'])
})

test('first letters find a name, words may come in any order, and case does not matter', () => {
  expect([fuzzyMatch('GTP', 'go to photos')?.at, fuzzyMatch('photos go', 'Go to photos')?.at]).toEqual([
    [0, 3, 6],
    [0, 1, 6, 7, 8, 9, 10, 11],
  ])
  expect(fuzzyMatch('gx', 'go to photos')).toBeNull()
})

property.prop([fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })])(
  'the places that answer are in the text, ascending, and a text answers to itself',
  (query, text) => {
    const match = fuzzyMatch(query, text)
    if (match !== null) {
      expect(match.at.every((place, index) => place < text.length && place > (match.at[index - 1] ?? -1))).toBe(true)
      const asked = query.replaceAll(/\s+/g, '').length
      expect(match.at.length).toBeLessThanOrEqual(asked)
    }
    expect(fuzzyMatch(text, text)).not.toBeNull()
  },
)
