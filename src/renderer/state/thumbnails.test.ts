import { expect, test } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/studio-error.ts'
import { Thumbnails } from './thumbnails.svelte.ts'

type Answer = { readonly thumbnails: readonly (string | null)[] }

/** Over a studio that answers when the test says so. */
function open() {
  const asked: { readonly hashes: readonly string[]; readonly answer: (answer: Answer) => void; readonly fail: (error: Error) => void }[] =
    []
  const thumbnails = ({ hashes }: { hashes: string[] }): Promise<Answer> =>
    new Promise((answer, fail) => void asked.push({ hashes, answer, fail }))
  const client = { images: { thumbnails } } as unknown as StudioClient
  return { thumbnails: new Thumbnails(client), asked }
}
const named = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `photo ${from + index}`)
const settled = () => new Promise((resolve) => setTimeout(resolve))

test('many photos come in few requests, the first ones first', async () => {
  const { thumbnails, asked } = open()
  thumbnails.want(named(370), [])
  expect(asked.map(({ hashes }) => hashes[0])).toEqual(['photo 0', 'photo 120'])
  asked[0]!.answer({ thumbnails: asked[0]!.hashes.map((hash) => `picture of ${hash}`) })
  await settled()
  expect(thumbnails.at('photo 119')).toBe('picture of photo 119')
  expect(thumbnails.at('photo 120')).toBeUndefined()
  expect(asked.map(({ hashes }) => hashes[0])).toEqual(['photo 0', 'photo 120', 'photo 240'])
})

test('photos around those in sight come once all in sight are here', async () => {
  const { thumbnails, asked } = open()
  thumbnails.want(named(130), named(20, 1000))
  asked[1]!.answer({ thumbnails: asked[1]!.hashes.map(() => 'picture') })
  await settled()
  expect(asked.map(({ hashes }) => hashes[0])).toEqual(['photo 0', 'photo 120'])
  asked[0]!.answer({ thumbnails: asked[0]!.hashes.map(() => 'picture') })
  await settled()
  expect(asked.map(({ hashes }) => hashes[0])).toEqual(['photo 0', 'photo 120', 'photo 1000'])
})

test('what nobody wants any more is neither asked for nor kept', async () => {
  const { thumbnails, asked } = open()
  thumbnails.want(named(250), [])
  thumbnails.want(named(10, 1000), [])
  for (const each of [...asked]) each.answer({ thumbnails: each.hashes.map(() => 'picture') })
  await settled()
  expect(asked.map(({ hashes }) => hashes[0])).toEqual(['photo 0', 'photo 120', 'photo 1000'])
  expect(thumbnails.at('photo 0')).toBeUndefined()
})

test('a photo without a thumbnail, and one whose request failed, is left to its own address', async () => {
  const { thumbnails, asked } = open()
  thumbnails.want(named(121), [])
  asked[0]!.answer({ thumbnails: [null] })
  asked[1]!.fail(new StudioError('INTERNAL', { message: 'x' }))
  await settled()
  expect([thumbnails.at('photo 0'), thumbnails.at('photo 120')]).toEqual([null, null])
})

test('what a lost connection swallowed is asked for again when it is wanted again', async () => {
  const { thumbnails, asked } = open()
  thumbnails.want(named(1), [])
  asked[0]!.fail(new StudioError('CONNECTION_LOST', {}))
  await settled()
  expect([thumbnails.at('photo 0'), asked.length]).toEqual([undefined, 1])
  thumbnails.want(named(1), [])
  expect(asked.length).toBe(2)
})
