import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { PhotoFlaw } from '../../main/contract/images.ts'
import { checkTabs } from './check-tabs.ts'
import { placeOfRoute, routeOf, type Place, type PlaceFilter } from './routes.ts'

const run = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => text.length <= 40)
const side = fc.integer({ min: 1, max: 1e6 })
const filter: fc.Arbitrary<PlaceFilter> = fc.record(
  {
    class: fc.oneof(fc.integer({ min: 1 }), fc.constant('unlabelled' as const)),
    name: fc.string({ minLength: 1, unit: 'grapheme' }),
    trashed: fc.constant(true),
    flaw: fc.constantFrom(...PhotoFlaw.options),
    part: fc.record({ run, part: fc.constantFrom('train' as const, 'validation' as const, 'test' as const) }),
    shortSidePx: fc.oneof(fc.record({ min: side }), fc.record({ max: side }), fc.record({ min: side, max: side })),
  },
  { requiredKeys: [] },
)
const photo = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(...'0123456789abcdef'.split(/(?:)/u)) })
const named = (page: 'train' | 'try' | 'export'): fc.Arbitrary<Place> =>
  fc.oneof(fc.constant({ page }), fc.record({ page: fc.constant(page), run }))
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>({ page: 'photos' }, { page: 'label' }, { page: 'check' }, { page: 'settings' }),
  fc.constantFrom(...checkTabs).map((tab): Place => ({ page: 'check', tab })),
  filter.map((each): Place => ({ page: 'photos', filter: each })),
  fc.record({ page: fc.constant('photos' as const), filter, photo }),
  fc.record({ page: fc.constant('run' as const), run }),
  fc.uniqueArray(run, { maxLength: 50 }).map((runs): Place => ({ page: 'compare', runs })),
  named('train'),
  named('try'),
  named('export'),
)

property.prop([place])('the route of every place leads back to it', (each) => {
  const found = placeOfRoute(routeOf(each))
  expect(found).not.toBeNull()
  if (found === null) return
  expect(routeOf(found)).toBe(routeOf(each))
  if (each.page !== 'photos') expect(found).toEqual(each)
})

property.prop([
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.webPath(),
    fc.string().map((text) => `/compare/${text}`),
  ),
])('whatever is typed into the address leads to a place or to none, and never throws', (route) => {
  const found = placeOfRoute(route)
  if (found !== null) expect(placeOfRoute(routeOf(found))).toEqual(found)
})

test('a place has an address that one can read', () => {
  expect([
    routeOf({ page: 'photos' }),
    routeOf({ page: 'photos', filter: { class: 3, name: 'robin' } }),
    routeOf({ page: 'photos', filter: { name: 'robin' }, photo: 'ab'.repeat(32) }),
    routeOf({ page: 'run', run: 'k3v9x2ma' }),
    routeOf({ page: 'compare', runs: ['a', 'b'] }),
    routeOf({ page: 'compare', runs: [] }),
    routeOf({ page: 'try', run: 'a' }),
    routeOf({ page: 'check', tab: 'health' }),
  ]).toEqual([
    '/photos',
    '/photos?class=3&name=robin',
    `/photos/${'ab'.repeat(32)}?name=robin`,
    '/run/k3v9x2ma',
    '/compare/a,b',
    '/compare',
    '/try/a',
    '/check/health',
  ])
})

test('an address that means nothing is no place; a filter that means nothing is left out', () => {
  expect(
    ['', 'photos', '/nowhere', '/run', '/run/a,b', '/run/a/b', '/run/%', '/label/a', '/photos/a', '/check/a', '/check/health/a'].map(
      placeOfRoute,
    ),
  ).toEqual(Array(11).fill(null))
  expect(placeOfRoute('/photos?class=-3')).toEqual({ page: 'photos' })
})
