import { expect, test } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/errors.ts'
import { PhotoPages, everyPhoto } from './photo-pages.svelte.ts'

interface Asked {
  readonly offset: number
  readonly name: string | undefined
  readonly order: { readonly by: string } | undefined
  answer(total: number): Promise<void>
  fail(): Promise<void>
}

interface Question {
  readonly filter: { readonly name?: string }
  readonly order?: { readonly by: string }
  readonly offset: number
  readonly limit: number
}

/** Pages of photos whose answers are given by hand. A photo is named after the number of photos there were and its place. */
function photoPages() {
  const asked: Asked[] = []
  const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
  const list = ({ filter, order, offset, limit }: Question): Promise<unknown> => {
    const pending = Promise.withResolvers<unknown>()
    asked.push({
      offset,
      name: filter.name,
      order,
      answer: (total) => {
        const here = Math.max(0, Math.min(limit, total - offset))
        pending.resolve({ total, images: Array.from({ length: here }, (_, index) => ({ hash: `${total}-${offset + index}` })) })
        return soon()
      },
      fail: () => {
        pending.reject(new StudioError('CONNECTION_LOST', {}))
        return soon()
      },
    })
    return pending.promise
  }
  return { pages: new PhotoPages({ images: { list } } as unknown as StudioClient), asked }
}

test('photos appear although they change faster than the studio answers', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  for (let change = 1; change <= 20; change++) {
    pages.refresh()
    await asked.shift()?.answer(change)
    expect(pages.total).toBe(change)
  }
})

test('what changed after a page was asked for is read once more, and then no more', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  pages.refresh()
  pages.refresh()
  expect(asked).toHaveLength(1)
  await asked.shift()?.answer(3)
  expect(asked).toHaveLength(1)
  await asked.shift()?.answer(4)
  expect([asked.length, pages.total, pages.at(0)?.hash]).toEqual([0, 4, '4-0'])
})

test('the answer to an earlier filter is not shown under a later one', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  pages.setFilter({ ...everyPhoto, name: 'cat' })
  const [everything, cats] = asked
  await everything?.answer(9)
  expect(pages.total).toBeNull()
  await cats?.answer(2)
  expect([pages.total, cats?.name]).toEqual([2, 'cat'])
})

test('the answer to the photos of another project is not shown', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  pages.clear()
  await asked[0]?.answer(9)
  expect(pages.total).toBeNull()
  pages.refresh()
  await asked[1]?.answer(2)
  expect(pages.total).toBe(2)
})

test('a page is asked for once while it is scrolled over, and again when photos changed', async () => {
  const { pages, asked } = photoPages()
  pages.show(0, 30)
  pages.show(10, 40)
  await asked.shift()?.answer(900)
  pages.show(190, 230)
  expect(asked.map(({ offset }) => offset)).toEqual([200])
  await asked.shift()?.answer(900)
  pages.refresh()
  expect(asked.map(({ offset }) => offset)).toEqual([0, 200])
})

test('photos that are on the screen stay while the connection is away, and are read again afterwards', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  await asked.shift()?.answer(3)
  pages.refresh()
  await asked.shift()?.fail()
  expect([pages.total, pages.error]).toEqual([3, null])
  pages.refresh()
  await asked.shift()?.answer(4)
  expect(pages.total).toBe(4)
})

test('photos from before stay until those of another filter or order are here', async () => {
  const { pages, asked } = photoPages()
  pages.refresh()
  await asked.shift()?.answer(900)
  pages.show(300, 340)
  await asked.shift()?.answer(900)
  pages.setOrder({ by: 'name', descending: true })
  expect([pages.total, pages.at(0)?.hash, pages.isTurning, pages.view]).toEqual([900, '900-0', true, 0])
  // The grid still looks at the places of before; nobody asks for them.
  pages.show(300, 340)
  expect(asked.map(({ offset, order }) => [offset, order?.by])).toEqual([[0, 'name']])
  await asked.shift()?.answer(7)
  expect([pages.total, pages.at(0)?.hash, pages.at(300), pages.isTurning, pages.view]).toEqual([7, '7-0', null, false, 1])
})
