import { expect, test } from 'vitest'
import { StudioError } from '../../main/contract/errors.ts'
import { Remote } from './remote.svelte.ts'

/** A question whose answers are given by hand, in any order. */
function questions() {
  const asked: PromiseWithResolvers<string>[] = []
  const remote = new Remote(() => {
    const answer = Promise.withResolvers<string>()
    asked.push(answer)
    return answer.promise
  })
  return { remote, asked }
}

test('an answer is shown although the question has been asked again meanwhile', async () => {
  const { remote, asked } = questions()
  const first = remote.reload()
  void remote.reload()
  asked[0]?.resolve('old')
  await first
  expect(remote.value).toBe('old')
})

test('the answer to an earlier question does not take the place of a later one', async () => {
  const { remote, asked } = questions()
  const all = [remote.reload(), remote.reload()]
  asked[1]?.resolve('new')
  asked[0]?.resolve('old')
  await Promise.all(all)
  expect(remote.value).toBe('new')
})

test('only the failure of the last question is told', async () => {
  const { remote, asked } = questions()
  const first = remote.reload()
  const second = remote.reload()
  asked[0]?.reject(new StudioError('PROJECT_DAMAGED', { path: '/a', reason: 'b' }))
  await first
  expect(remote.current).toEqual({ state: 'loading' })
  asked[1]?.reject(new StudioError('NO_PROJECT_OPEN', {}))
  await second
  expect(remote.error?.code).toBe('NO_PROJECT_OPEN')
})

test('what was there stays while the connection is away', async () => {
  const { remote, asked } = questions()
  const first = remote.reload()
  asked[0]?.resolve('here')
  await first
  const second = remote.reload()
  asked[1]?.reject(new StudioError('CONNECTION_LOST', {}))
  await second
  expect(remote.current).toEqual({ state: 'ready', value: 'here' })
})

test('an answer that comes after everything was forgotten is not shown', async () => {
  const { remote, asked } = questions()
  const first = remote.reload()
  remote.clear()
  asked[0]?.resolve('old')
  await first
  expect(remote.current).toEqual({ state: 'loading' })
})
