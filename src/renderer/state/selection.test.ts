import { expect, test } from 'vitest'
import type { PhotoPages } from './photo-pages.svelte.ts'
import { Selection } from './selection.svelte.ts'

/** Ten photos a to j, of which the first `inMemory` are here; for the others the studio is asked, which answers when `answer` is called. */
function tenPhotos(inMemory: number) {
  const all = Array.from('abcdefghij')
  const asked: { readonly first: number; readonly last: number; readonly answer: PromiseWithResolvers<string[]> }[] = []
  const pages = {
    total: all.length,
    at: (index: number) => (index < inMemory ? { hash: all[index] } : null),
    hashes: (first: number, last: number) => {
      const answer = Promise.withResolvers<string[]>()
      asked.push({ first, last, answer })
      return answer.promise
    },
  }
  const answer = async (): Promise<void> => {
    const oldest = asked.shift()
    oldest?.answer.resolve(all.slice(oldest.first, oldest.last + 1))
    await new Promise((resolve) => setTimeout(resolve))
  }
  const refuse = (): void => asked.shift()?.answer.reject(new Error('away'))
  return { selection: new Selection(pages as unknown as PhotoPages), answer, refuse, asked }
}

test('a key pressed before the range is answered acts on the whole range', async () => {
  const { selection, answer } = tenPhotos(0)
  void selection.move(1, true)
  void selection.move(1, true)
  const acted = selection.acted()
  await answer()
  await answer()
  expect(await acted).toEqual(['a', 'b', 'c'])
  expect([...selection.hashes]).toEqual(['a', 'b', 'c'])
})

test('a range of photos that are in memory needs no answer', async () => {
  const { selection, asked } = tenPhotos(10)
  await selection.move(2, true).chosen
  expect([[...selection.hashes], asked.length]).toEqual([['a', 'b', 'c'], 0])
})

test('the answer to an earlier range does not take the place of a later choice', async () => {
  const { selection, answer } = tenPhotos(1)
  void selection.move(3, true)
  selection.clear()
  expect([...selection.hashes]).toEqual([])
  await answer()
  expect([...selection.hashes]).toEqual([])
})

test('what is chosen after a key was pressed does not change what the key acts on', async () => {
  const { selection, answer } = tenPhotos(1)
  void selection.move(1, true)
  const acted = selection.acted()
  selection.clear()
  void selection.pick(0, 'only')
  await answer()
  expect(await acted).toEqual(['a', 'b'])
  expect([...selection.hashes]).toEqual(['a'])
})

test('a photo is added to a range that is still under way', async () => {
  const { selection, answer } = tenPhotos(0)
  void selection.move(1, true)
  void selection.pick(4, 'toggle')
  await answer()
  await answer()
  expect([...selection.hashes]).toEqual(['a', 'b', 'e'])
})

test('a range that cannot be asked for says so and leaves the choice as it was', async () => {
  const { selection, refuse } = tenPhotos(1)
  await selection.pick(0, 'only')
  const { chosen } = selection.move(3, true)
  refuse()
  await expect(chosen).rejects.toThrow('away')
  expect([...selection.hashes]).toEqual(['a'])
  expect(await selection.acted()).toEqual(['a'])
})

test('with nothing chosen a key acts on the photo under the cursor as it was when the key was pressed', async () => {
  const { selection } = tenPhotos(10)
  void selection.move(2, false)
  const acted = selection.acted()
  void selection.move(1, false)
  expect(await acted).toEqual(['c'])
})

test('a band over the middle of three rows chooses what lies under it, and nothing between', async () => {
  const { selection } = tenPhotos(10)
  const rows = [
    { first: 1, last: 2 },
    { first: 5, last: 6 },
    { first: 9, last: 9 },
  ]
  await selection.band(rows, 'only', 6)
  expect([[...selection.hashes], selection.cursor]).toEqual([['b', 'c', 'f', 'g', 'j'], 6])
})

test('a band adds to what was chosen, or turns each photo over', async () => {
  const { selection } = tenPhotos(10)
  const band = [{ first: 1, last: 3 }]
  await selection.pick(2, 'only')
  await selection.band(band, 'add', 1)
  expect([...selection.hashes]).toEqual(['c', 'b', 'd'])
  await selection.pick(0, 'toggle')
  await selection.band([{ first: 0, last: 1 }], 'toggle', 0)
  expect([...selection.hashes]).toEqual(['c', 'd'])
})

test('a band over photos that are not in memory asks for them, and a key pressed meanwhile acts on them', async () => {
  const { selection, answer } = tenPhotos(2)
  void selection.band(
    [
      { first: 0, last: 1 },
      { first: 4, last: 5 },
    ],
    'only',
    0,
  )
  const acted = selection.acted()
  await answer()
  expect(await acted).toEqual(['a', 'b', 'e', 'f'])
})

test('a band over nothing chooses nothing', async () => {
  const { selection } = tenPhotos(10)
  await selection.pick(2, 'only')
  await selection.band([], 'only', 2)
  expect(selection.size).toBe(0)
})

test('a chosen photo is carried with all that are chosen, another one alone, and they arrive once', async () => {
  const { selection } = tenPhotos(10)
  await selection.pick(0, 'only')
  await selection.pick(2, 'range')
  expect([selection.carry('b'), await selection.dropped(), await selection.dropped()]).toEqual([3, ['a', 'b', 'c'], []])
  expect([selection.carry('e'), await selection.dropped()]).toEqual([1, ['e']])
})

test('what is carried while a range is under way is the whole range', async () => {
  const { selection, answer } = tenPhotos(1)
  await selection.pick(0, 'only')
  void selection.move(2, true)
  selection.carry('a')
  await answer()
  expect(await selection.dropped()).toEqual(['a', 'b', 'c'])
})
