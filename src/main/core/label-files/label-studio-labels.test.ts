import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { labelStudioLabels } from './label-studio-labels.ts'
import { placesOf } from './photo-places.ts'

/**
 * Laid out as labelstud.io/guide/task_format has an exported task ("Label Studio JSON format of annotated tasks"), for the template "Image
 * Classification", whose control is `<Choices name="choice" toName="image">`.
 */
const task = (id: number, image: string, ...choices: readonly (readonly string[])[]) => ({
  id,
  created_at: '2024-03-09T21:52:49.513742Z',
  updated_at: '2024-03-09T22:16:08.746926Z',
  project: 83,
  data: { image },
  annotations: choices.map((names, person) => ({
    id: String(1000 + person),
    result: [{ from_name: 'choice', id: 'Dx_aB91ISN', to_name: 'image', type: 'choices', value: { choices: names } }],
    was_cancelled: false,
    ground_truth: false,
    created_at: '2024-03-09T22:16:08.728353Z',
    lead_time: 4.288,
    result_count: 0,
    task: id,
    completed_by: person,
  })),
  predictions: [
    { model_version: 'model 1', result: [{ from_name: 'choice', to_name: 'image', type: 'choices', value: { choices: ['bird'] } }] },
  ],
})
const classesOf = (json: unknown) => labelStudioLabels(json)?.photos.map(({ classes }) => classes)

describe("Label Studio's JSON", () => {
  it('gives each photo its choice, and never what a model predicted', () => {
    const json = [
      task(1, '/data/upload/83/0a1b2c3d-tom.jpg', ['cat']),
      task(2, '/data/local-files/?d=pets/rex.jpg', ['dog']),
      task(3, 'https://example.com/x.jpg'),
    ]
    expect(labelStudioLabels(json)).toEqual({
      kind: 'label-studio',
      taken: null,
      problems: [],
      photos: [
        {
          file: '/data/upload/83/0a1b2c3d-tom.jpg',
          places: ['data/upload/83/0a1b2c3d-tom.jpg', '0a1b2c3d-tom.jpg', 'tom.jpg'],
          classes: ['cat'],
        },
        { file: '/data/local-files/?d=pets/rex.jpg', places: ['pets/rex.jpg'], classes: ['dog'] },
        { file: 'https://example.com/x.jpg', places: ['x.jpg'], classes: [] },
      ],
    })
  })

  it('of several people gives what most of them chose, and all of it where they do not agree', () => {
    expect(classesOf([task(1, 'a.jpg', ['cat'], ['dog'], ['cat'])])).toEqual([['cat']])
    expect(classesOf([task(1, 'a.jpg', ['cat'], ['dog'])])).toEqual([['cat', 'dog']])
    expect(classesOf([task(1, 'a.jpg', ['cat', 'dog'])])).toEqual([['cat', 'dog']])
  })

  it('believes what is called the truth before all others, and not what was skipped', () => {
    const asked = task(1, 'a.jpg', ['cat'], ['dog'], ['cat'])
    const [first, second, third] = asked.annotations
    const truth = { ...asked, annotations: [first, { ...second, ground_truth: true }, third] }
    const skipped = { ...asked, annotations: [{ ...first, was_cancelled: true }, second, { ...third, was_cancelled: true }] }
    expect(classesOf([truth])).toEqual([['dog']])
    expect(classesOf([skipped])).toEqual([['dog']])
  })

  it('with several questions takes the one that most photos answer, and says which', () => {
    const both = task(1, 'a.jpg', ['cat'])
    const quality = { from_name: 'quality', to_name: 'image', type: 'choices', value: { choices: ['sharp'] } }
    const json = [
      { ...both, annotations: both.annotations.map((each) => ({ ...each, result: [quality, ...each.result] })) },
      task(2, 'b.jpg', ['dog']),
    ]
    expect(labelStudioLabels(json)).toMatchObject({ taken: 'choice', photos: [{ classes: ['cat'] }, { classes: ['dog'] }] })
  })

  it('with regions gives the class of the largest first', () => {
    const box = (name: string, width: number) => ({
      ...{ from_name: 'tag', id: 'x', source: '$image', to_name: 'img', type: 'rectanglelabels' },
      value: { height: 10.458911419423693, rectanglelabels: [name], rotation: 0, width, x: 50.8, y: 5.869797225186766 },
    })
    const boxed = { ...task(1, 'a.jpg'), annotations: [{ result: [box('cat', 5), box('dog', 12.4)] }] }
    expect(classesOf([boxed])).toEqual([['dog', 'cat']])
  })

  it('tells tasks that are not understood and reads the rest', () => {
    const json = [task(1, 'a.jpg', ['cat']), null, { data: { text: 'no photo' }, annotations: [] }, { data: { image: 'b.jpg' } }]
    expect(labelStudioLabels(json)).toMatchObject({
      photos: [{ file: 'a.jpg' }],
      problems: [{ where: 'task 2' }, { where: 'task 3', why: 'it names no photo' }, { where: 'task 4' }],
    })
  })
})

// As labelstud.io/guide/export has JSON_MIN: the data, then what was answered; newer versions put the task's id between, and who and when behind.
describe("Label Studio's JSON_MIN", () => {
  const behind = { annotator: 1, annotation_id: 7, created_at: '2024-05-01T10:00:00Z', updated_at: '2024-05-01T10:00:00Z', lead_time: 2.1 }
  it('gives each photo its choice', () => {
    const json = [
      { image: '/data/upload/83/0a1b2c3d-tom.jpg', caption: 'asleep', id: 1, choice: 'cat', ...behind },
      { image: 'rex.jpg', caption: 'awake', id: 2, choice: { choices: ['dog', 'cat'] }, ...behind },
      { image: 'none.jpg', caption: '', id: 3, ...behind },
    ]
    expect(labelStudioLabels(json)).toMatchObject({ kind: 'label-studio', taken: null })
    expect(classesOf(json)).toEqual([['cat'], ['dog', 'cat'], []])
  })

  it('gives each photo the classes of its regions', () => {
    const json = [
      {
        image: 'https://example.com/opensource/label-studio/nick.jpg',
        tag: [
          { height: 10.458911419423693, rectanglelabels: ['Moonwalker'], rotation: 0, width: 12.4, x: 50.8, y: 5.869797225186766 },
          { height: 50, rectanglelabels: ['Planet'], rotation: 0, width: 50, x: 0, y: 0 },
        ],
      },
    ]
    expect(classesOf(json)).toEqual([['Planet', 'Moonwalker']])
  })

  it('is not any list of things with photos', () => {
    for (const other of [null, {}, [], [1], [{ image: 'a.jpg' }], [{ name: 'a', choice: 'b' }]]) expect(labelStudioLabels(other)).toBeNull()
  })
})

test('addresses say where a photo may lie', () => {
  expect(placesOf('/data/local-files/?d=one%2Fcats/t%20om.jpg')).toEqual(['one/cats/t om.jpg'])
  expect(placesOf('http://localhost:8080/data/local-files/?d=cats\\1.jpg')).toEqual(['cats/1.jpg'])
  expect(placesOf('s3://bucket/pets/cats/1.jpg?versionId=2')).toEqual(['pets/cats/1.jpg', '1.jpg'])
  expect(placesOf('https://example.com/%zz/1.jpg')).toEqual(['%zz/1.jpg', '1.jpg'])
  expect(placesOf('cats/1.jpg')).toEqual(['cats/1.jpg'])
  expect(placesOf('')).toEqual([])
})

const whole = [task(1, '/data/upload/83/0a1b2c3d-tom.jpg', ['cat'], ['dog']), task(2, 'b.jpg', ['dog'])]
test.prop([
  fc.nat(JSON.stringify(whole).length),
  fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', 'null', '1e999', '__proto__', ':') }),
])('an export that was mutilated never fails', (at, put) => {
  const text = JSON.stringify(whole)
  let json: unknown
  try {
    json = JSON.parse(text.slice(0, at) + put + text.slice(at + put.length))
  } catch {
    return
  }
  expect(() => labelStudioLabels(json)).not.toThrow()
})
