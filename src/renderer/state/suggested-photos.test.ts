import { beforeEach, expect, test } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { SuggestedPhotos } from './suggested-photos.svelte.ts'

const cat = 1
/** Photos that look like a cat, the surest first. */
let order: string[]
let labelled: string[]
/** Those that are less sure than 9 in 10. */
let unsure: string[]
beforeEach(() => {
  unsure = []
  order = ['a', 'b', 'c', 'd', 'e', 'f']
  labelled = []
})

function begin(): SuggestedPhotos {
  const client = {
    images: {
      list: ({ limit }: { limit: number }) => {
        const left = order.filter((hash) => !labelled.includes(hash))
        return Promise.resolve({ total: left.length, images: left.slice(0, limit).map((hash) => ({ hash })) })
      },
    },
    suggestions: {
      of: ({ hashes }: { hashes: string[] }) =>
        Promise.resolve(hashes.map((hash) => ({ hash, classId: cat, confidence: unsure.includes(hash) ? 0.89 : 0.9, use: null }))),
    },
    labels: {
      set: ({ hashes }: { hashes: string[] }) => {
        labelled.push(...hashes)
        return Promise.resolve({ changed: hashes.length })
      },
    },
  }
  // Only what the screen asks for.
  return new SuggestedPhotos(client as unknown as StudioClient, {
    step: async (work: () => Promise<unknown>) => {
      await work()
    },
  })
}
const seen = ({ photos }: SuggestedPhotos) => photos.map(({ image }) => image.hash).join('')

test('what one key accepts is what was looked at: photos that are judged anew meanwhile come after it', async () => {
  const shown = begin()
  await shown.show(cat, 3)
  expect(seen(shown)).toBe('abc')
  order = ['f', 'e', 'd', 'c', 'b', 'a']
  await shown.judged()
  await shown.show(cat, 3)
  expect(seen(shown)).toBe('abc')
  expect(await shown.accept()).toBe(3)
  expect(labelled).toEqual(['a', 'b', 'c'])
  expect(seen(shown)).toBe('fed')
})

test('a screen without photos shows those that are found when all are judged anew', async () => {
  const shown = begin()
  order = []
  await shown.show(cat, 3)
  expect(seen(shown)).toBe('')
  order = ['a']
  await shown.judged()
  expect(seen(shown)).toBe('a')
})

test('where there is room, photos whose class was taken back come after those that are looked at', async () => {
  const shown = begin()
  order = ['a', 'b', 'c']
  await shown.show(cat, 2)
  await shown.accept()
  expect(seen(shown)).toBe('c')
  labelled = []
  await shown.judged()
  expect([seen(shown), shown.left]).toEqual(['ca', 3])
})

test('what was labelled elsewhere leaves the screen', async () => {
  const shown = begin()
  await shown.show(cat, 3)
  labelled = ['b']
  await shown.refresh()
  expect(seen(shown)).toBe('acd')
})

test('what is decided while the screen is read again goes before what is read', async () => {
  const shown = begin()
  await shown.show(cat, 3)
  labelled = ['c']
  const reading = shown.refresh()
  shown.toggle(0)
  await reading
  expect([seen(shown), shown.accepted]).toEqual(['abc', ['b', 'c']])
})

test('photos that were taken out are passed over until they are asked for again', async () => {
  const shown = begin()
  await shown.show(cat, 3)
  shown.toggle(1)
  await shown.accept()
  expect([labelled.join(''), seen(shown), shown.left]).toEqual(['ac', 'def', 3])
  await shown.again()
  expect(seen(shown)).toBe('bde')
})

test('what is not sure is accepted only where a person takes it in', async () => {
  unsure = ['b', 'c', 'd', 'e', 'f']
  const shown = begin()
  await shown.show(cat, 3)
  expect(shown.accepted).toEqual(['a'])
  expect(shown.left).toBe(6)
  shown.toggle(1)
  expect(await shown.accept()).toBe(2)
  expect(labelled).toEqual(['a', 'b'])
  expect(seen(shown)).toBe('def')
  expect(await shown.accept()).toBe(0)
  expect(labelled).toEqual(['a', 'b'])
  await shown.again()
  expect(seen(shown)).toBe('cde')
})
