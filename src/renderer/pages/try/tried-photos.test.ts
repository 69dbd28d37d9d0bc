import { expect, test, vi } from 'vitest'
import { StudioError } from '../../../main/contract/errors.ts'
import type { TryResult } from '../../../main/contract/runs.ts'
import { TriedPhotos, type Oracle } from './tried-photos.svelte.ts'

const file = (name: string): File => new File([name], name, { type: 'image/jpeg' })

/** Answers with the name of the run, or as `predict` says. */
function oracle(predict?: Oracle['predict']): Oracle & { readonly asked: string[] } {
  const asked: string[] = []
  const answer = (run: string, path: string, withSeen: boolean): TryResult => {
    asked.push(`${run} ${path}${withSeen ? ' seen' : ''}`)
    if (path.includes('broken')) throw new StudioError('PICTURE_UNREADABLE', { file: path, reason: 'the file is empty' })
    return { file: path, class: run, refusal: null, seen: withSeen ? 'data:' : null, probabilities: [] }
  }
  return {
    asked,
    address: (files, onNotSent) => {
      for (const { name } of files) if (name.includes('huge')) onNotSent({ file: name, reason: 'too-large', detail: '2 GB' })
      return Promise.resolve(files.map(({ name }) => (name.includes('huge') ? null : `/sent/${name}`)))
    },
    predict: predict ?? ((run, files, withSeen) => Promise.resolve(files).then((all) => all.map((path) => answer(run, path, withSeen)))),
  }
}
const told = (photos: TriedPhotos): string[] =>
  photos.list.map(({ file: { name }, tried }) => {
    const of = tried.state === 'answered' ? tried.answer.class : tried.state === 'failed' ? tried.error.code : 'waiting'
    return `${name} ${of}`
  })

test('every photo is answered beside its own file, and one that cannot be sent or read says so in its place', async () => {
  const photos = new TriedPhotos(oracle())
  photos.use('run-1')
  photos.add([file('a.jpg'), file('broken.jpg'), file('huge.jpg'), file('a.jpg')])
  expect(told(photos)).toEqual(['a.jpg waiting', 'broken.jpg waiting', 'huge.jpg waiting', 'a.jpg waiting'])
  await vi.waitFor(() => expect(photos.open).toBe(0))
  expect(told(photos)).toEqual(['a.jpg run-1', 'broken.jpg PICTURE_UNREADABLE', 'huge.jpg PICTURE_UNREADABLE', 'a.jpg run-1'])
})

test('another run answers for the photos that are here, and what cannot be read is not asked again', async () => {
  const studio = oracle()
  const photos = new TriedPhotos(studio)
  photos.use('run-1')
  photos.add([file('a.jpg'), file('broken.jpg')])
  await vi.waitFor(() => expect(photos.open).toBe(0))
  studio.asked.length = 0
  photos.use('run-2')
  // The old answer stays until the new one is there.
  expect(told(photos)[0]).toBe('a.jpg run-1')
  await vi.waitFor(() => expect(told(photos)).toEqual(['a.jpg run-2', 'broken.jpg PICTURE_UNREADABLE']))
  expect(studio.asked).toEqual(['run-2 /sent/a.jpg'])
})

test('what keeps all photos from an answer is told once, and they are asked about again', async () => {
  let isGone = true
  const photos = new TriedPhotos(
    oracle((run, files) => {
      if (isGone) return Promise.reject(new StudioError('WORKER_DIED', { worker: 'training', reason: 'killed', detail: '' }))
      return Promise.resolve(files.map((path) => ({ file: path, class: run, refusal: null, seen: null, probabilities: [] })))
    }),
  )
  photos.use('run-1')
  photos.add([file('a.jpg')])
  await vi.waitFor(() => expect(photos.problem?.code).toBe('WORKER_DIED'))
  isGone = false
  photos.retry()
  await vi.waitFor(() => expect([photos.problem, ...told(photos)]).toEqual([null, 'a.jpg run-1']))
})

test('what the network sees is brought once, for the photo that is looked at', async () => {
  const studio = oracle()
  const photos = new TriedPhotos(studio)
  photos.use('run-1')
  photos.add([file('a.jpg'), file('b.jpg')])
  await vi.waitFor(() => expect(photos.open).toBe(0))
  studio.asked.length = 0
  const id = photos.list[1]?.id ?? 0
  await photos.see(id)
  await photos.see(id)
  expect(studio.asked).toEqual(['run-1 /sent/b.jpg seen'])
  expect(photos.list.map(({ tried }) => tried.state === 'answered' && tried.seen)).toEqual([null, 'data:'])
})

test('a photo that is taken off the page while it is asked about does not come back', async () => {
  const photos = new TriedPhotos(oracle())
  photos.use('run-1')
  photos.add([file('a.jpg'), file('b.jpg')])
  photos.remove(photos.list[0]?.id ?? 0)
  await vi.waitFor(() => expect(told(photos)).toEqual(['b.jpg run-1']))
  photos.clear()
  expect(photos.list).toEqual([])
})
