import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { ImageFilter, PhotoFlaw } from '../../main/contract/images.ts'
import {
  everyPhoto,
  filterOfPlace,
  filterPieces,
  leavesFilter,
  photoQuery,
  sideBounds,
  withoutPiece,
  type PhotoFilter,
} from './photo-filter.ts'
import { placeOfRoute, routeOf } from './routes.ts'

const bound = fc.option(fc.integer({ min: 1, max: 9999 }))
const filters = fc.record({
  kind: fc.constantFrom<PhotoFilter['kind']>('all', 'unlabelled', 'trash'),
  classId: fc.constant(null),
  name: fc.constantFrom('', 'robin', 'IMG 7'),
  part: fc.option(fc.record({ run: fc.constant('k3v9x2ma'), part: fc.constantFrom<'train' | 'test'>('train', 'test') })),
  flaw: fc.option(fc.constantFrom(...PhotoFlaw.options)),
  side: fc.option(fc.record({ min: bound, max: bound }).filter(({ min, max }) => min !== null || max !== null)),
  similarTo: fc.option(fc.constantFrom('0a'.repeat(32), 'f'.repeat(64))),
})
const ofClass = filters.map((filter): PhotoFilter => ({ ...filter, kind: 'class', classId: 3 }))

test.prop([fc.oneof(filters, ofClass)])(
  'what the studio is asked for is what was chosen, also after a way through the address',
  (filter) => {
    const query = photoQuery(filter)
    expect(ImageFilter.parse(query)).toEqual(query)
    expect(filterOfPlace(query)).toEqual(filter)
    const place = placeOfRoute(routeOf({ page: 'photos', filter: query }))
    expect(place?.page === 'photos' && filterOfPlace(place.filter ?? {})).toEqual(filter)
  },
)

test.prop([fc.oneof(filters, ofClass)])(
  'every piece of a filter can be taken away by itself, and without any all photos are shown',
  (filter) => {
    const pieces = filterPieces(filter)
    for (const piece of pieces) expect(filterPieces(withoutPiece(filter, piece))).toEqual(pieces.filter((each) => each !== piece))
    expect(pieces.reduce(withoutPiece, filter)).toEqual(everyPhoto)
  },
)

test('blanks are no name, and bounds without numbers are no bounds', () => {
  const filter: PhotoFilter = { ...everyPhoto, name: '  ', side: { min: null, max: null } }
  expect([photoQuery(filter), filterPieces(filter)]).toEqual([{ trashed: false }, []])
})

test('what is typed as a size is taken as whole pixels in the right order, or not at all', () => {
  expect(sideBounds('', ' 224 ')).toEqual({ min: null, max: 224 })
  expect(sideBounds('0', '')).toEqual({ min: 0, max: null })
  expect(sideBounds('', '')).toEqual({ min: null, max: null })
  expect([sideBounds('300', '200'), sideBounds('-3', ''), sideBounds('', '0'), sideBounds('1.5', ''), sideBounds('many', '')]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ])
})

test('photos leave the screen when they are given another class than the one that is shown', () => {
  const shown: PhotoFilter = { ...everyPhoto, kind: 'class', classId: 3 }
  const unlabelled: PhotoFilter = { ...everyPhoto, kind: 'unlabelled' }
  expect([leavesFilter(shown, 3), leavesFilter(shown, 4), leavesFilter(shown, null)]).toEqual([false, true, true])
  expect([leavesFilter(unlabelled, 3), leavesFilter(unlabelled, null), leavesFilter(everyPhoto, 3)]).toEqual([true, false, false])
})
