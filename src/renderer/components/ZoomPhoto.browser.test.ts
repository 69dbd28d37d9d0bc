import { flushSync } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { expect, test } from 'vitest'
import type { PhotoKind } from '../transport/photo-url.ts'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { labelWords } from '../text/label.ts'
import ZoomPhoto from './ZoomPhoto.svelte'

const pixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
const originals: Readonly<Record<string, string>> = { broken: 'data:image/gif;base64,AAAA' }

/** A photo before a studio that says when it is told to whether the originals are there; every photo is one pixel. */
function zoomPhoto() {
  const questions = new Map<string, PromiseWithResolvers<unknown>>()
  const studio = studioForTests({
    images: {
      detail: ({ hash }: { hash: string }) => {
        const question = Promise.withResolvers<unknown>()
        questions.set(hash, question)
        return question.promise
      },
    },
  })
  const photoUrl = (hash: string, kind: PhotoKind) => (kind === 'original' ? (originals[hash] ?? pixel) : pixel)
  Object.assign(studio.doors, { photoUrl })
  const props = new SvelteMap([['hash', 'first']])
  const page = show(withStudio<{ hash: string; alt: string }>(studio, ZoomPhoto), {
    get hash() {
      return props.get('hash') ?? ''
    },
    alt: 'a photo',
  })
  page.style.cssText = 'width: 400px; height: 300px'
  const soon = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    flushSync()
  }
  return {
    asked: () => [...questions.keys()],
    go: (hash: string) => {
      props.set('hash', hash)
      flushSync()
    },
    lookClosely: () => {
      page.querySelector('.stage')!.dispatchEvent(new WheelEvent('wheel', { deltaY: -400 }))
      flushSync()
    },
    answer: async (hash: string, isSourcePresent: boolean, widthPx = 4000) => {
      questions.get(hash)?.resolve({ image: { hash, widthPx }, isSourcePresent })
      await soon()
    },
    original: () => page.querySelector('[data-testid=original-photo]'),
    said: () => page.querySelector('[role=status]')?.textContent ?? null,
  }
}

test('the original is asked for by who looks closely, once, and fetched only where it is there', async () => {
  const { asked, lookClosely, answer, original, said } = zoomPhoto()
  expect(asked()).toEqual([])
  lookClosely()
  lookClosely()
  expect([asked(), original()]).toEqual([['first'], null])
  await answer('first', true)
  expect([original()?.classList.contains('waiting'), said()]).toEqual([false, null])
})

test('a photo whose original is not kept is never fetched, and is said to be seen in its copy where that is smaller', async () => {
  const { go, lookClosely, answer, original, said } = zoomPhoto()
  lookClosely()
  await answer('first', false)
  expect([original(), said()]).toEqual([null, labelWords.copyOnly])
  go('second')
  lookClosely()
  await answer('second', false, 1)
  expect([original(), said()]).toEqual([null, null])
})

test('an original that cannot be drawn leaves its copy', async () => {
  const { go, lookClosely, answer, original, said } = zoomPhoto()
  go('broken')
  lookClosely()
  await answer('broken', true)
  await expect.poll(original).toBeNull()
  expect(said()).toBe(labelWords.copyOnly)
})

test('a late answer for one photo does not count for the next', async () => {
  const { go, lookClosely, answer, original, said } = zoomPhoto()
  lookClosely()
  go('second')
  lookClosely()
  await answer('first', true)
  expect([original(), said()]).toEqual([null, null])
  await answer('second', false)
  expect([original(), said()]).toEqual([null, labelWords.copyOnly])
  go('third')
  expect([original(), said()]).toEqual([null, null])
})
