import { beforeEach, expect, test, vi } from 'vitest'
import { Navigation } from './navigation.svelte.ts'

/** The few names of a browser that navigation asks for: an address, its history, and the event of back and forward. */
const browser = { location: { hash: '' }, entries: [''], at: 0, states: [null] as unknown[], popped: (): void => undefined }

beforeEach(() => {
  Object.assign(browser, { entries: [''], at: 0, states: [null] })
  browser.location.hash = ''
  vi.stubGlobal('window', {
    location: browser.location,
    addEventListener: (_name: string, listener: () => void) => (browser.popped = listener),
  })
  vi.stubGlobal('history', {
    get state() {
      return browser.states[browser.at] ?? null
    },
    back: () => move(-1),
    pushState: (state: unknown, _title: string, address: string) => {
      browser.states = [...browser.states.slice(0, browser.at + 1), state]
      browser.entries = [...browser.entries.slice(0, browser.at + 1), address]
      browser.at += 1
      browser.location.hash = address
    },
    replaceState: (state: unknown, _title: string, address: string) => {
      browser.states[browser.at] = state
      browser.entries[browser.at] = address
      browser.location.hash = address
    },
  })
  return () => void vi.unstubAllGlobals()
})

function move(by: number): void {
  browser.at += by
  browser.location.hash = browser.entries[browser.at] ?? ''
  browser.popped()
}
function typed(hash: string): void {
  browser.location.hash = hash
  browser.popped()
}

test('a place stands in the address, and back and forward lead through the places', () => {
  const navigation = new Navigation(() => undefined)
  navigation.go({ page: 'run', run: 'k3v9x2ma' })
  navigation.go('train')
  navigation.go({ page: 'compare', runs: ['a', 'b'] })
  expect(browser.entries).toEqual(['', '#/run/k3v9x2ma', '#/train', '#/compare/a,b'])
  move(-2)
  expect([navigation.place, navigation.run]).toEqual([{ page: 'run', run: 'k3v9x2ma' }, 'k3v9x2ma'])
  move(-1)
  expect(navigation.place).toEqual({ page: 'photos' })
  move(3)
  expect(navigation.place).toEqual({ page: 'compare', runs: ['a', 'b'] })
})

test('a reload stays where one was, and an address that leads nowhere leads to the photos', () => {
  browser.location.hash = '#/compare/a,b'
  expect(new Navigation(() => undefined).place).toEqual({ page: 'compare', runs: ['a', 'b'] })
  typed('#/nowhere')
  const navigation = new Navigation(() => undefined)
  expect([navigation.place, browser.location.hash]).toEqual([{ page: 'photos' }, '#/photos'])
})

test('going where one is makes no step back', () => {
  const navigation = new Navigation(() => undefined)
  navigation.go('photos')
  navigation.go('try', 'a')
  navigation.go({ page: 'try', run: 'a' })
  expect(browser.entries).toEqual(['', '#/try/a'])
})

test('going to the photos from the photos keeps what is filtered, and makes no step back', () => {
  const navigation = new Navigation(() => undefined)
  navigation.replace({ page: 'photos', filter: { name: 'robin' } })
  navigation.go('photos')
  expect([browser.entries, navigation.place]).toEqual([['#/photos?name=robin'], { page: 'photos', filter: { name: 'robin' } }])
})

test('what changes under the hands changes the address without a step of its own', () => {
  let left = 0
  const navigation = new Navigation(() => (left += 1))
  for (const name of ['r', 'ro', 'rob']) navigation.replace({ page: 'photos', filter: { name } })
  expect([browser.entries, left]).toEqual([['#/photos?name=rob'], 0])
})

test('what is opened over a place is closed by a step back, also after others were looked at in its stead and after a reload', () => {
  const [first, second] = ['a'.repeat(64), 'b'.repeat(64)]
  const navigation = new Navigation(() => undefined)
  navigation.go({ page: 'photos', filter: { name: 'robin' } })
  navigation.replace({ page: 'photos', filter: { name: 'robin' } })
  navigation.open({ page: 'photos', filter: { name: 'robin' }, photo: first })
  navigation.replace({ page: 'photos', filter: { name: 'robin' }, photo: second })
  new Navigation(() => undefined).close({ page: 'photos', filter: { name: 'robin' } })
  expect([browser.at, browser.entries]).toEqual([1, ['', '#/photos?name=robin', `#/photos/${second}?name=robin`]])
  move(1)
  expect(navigation.place).toEqual({ page: 'photos', filter: { name: 'robin' }, photo: second })
})

test('who goes on before the browser has taken the step back arrives, with that step behind', () => {
  const navigation = new Navigation(() => undefined)
  navigation.go({ page: 'photos', filter: { name: 'robin' } })
  navigation.open({ page: 'photos', filter: { name: 'robin' }, photo: 'a'.repeat(64) })
  const taken = vi.spyOn(history, 'back').mockImplementation(() => undefined)
  navigation.close({ page: 'photos', filter: { name: 'robin' } })
  navigation.go('train')
  expect(navigation.place).toEqual({ page: 'train' })
  taken.mockRestore()
  move(-1)
  expect([navigation.place, browser.entries]).toEqual([{ page: 'train' }, ['', '#/photos?name=robin', '#/train']])
  navigation.go('try')
  expect(browser.entries.at(-1)).toBe('#/try')
})

test('what a link opened is closed in its place', () => {
  browser.location.hash = `#/photos/${'a'.repeat(64)}`
  const navigation = new Navigation(() => undefined)
  navigation.close({ page: 'photos' })
  expect([navigation.place, browser.entries]).toEqual([{ page: 'photos' }, ['#/photos']])
})
