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
