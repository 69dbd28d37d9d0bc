import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { cocoLabels } from './coco-labels.ts'

/** Laid out as "Data format" of cocodataset.org has it for object detection: all fields, in its order; names and numbers are made up. */
const instances = {
  info: { year: 2024, version: '1.0', description: 'Pets', contributor: 'nobody', url: '', date_created: '2024/01/01' },
  images: [
    {
      id: 397133,
      width: 640,
      height: 427,
      file_name: '000000397133.jpg',
      license: 1,
      flickr_url: '',
      coco_url: '',
      date_captured: '2024-01-01',
    },
    {
      id: 37777,
      width: 352,
      height: 230,
      file_name: 'train/000000037777.jpg',
      license: 1,
      flickr_url: '',
      coco_url: '',
      date_captured: '',
    },
    { id: 252219, width: 640, height: 428, file_name: '000000252219.jpg', license: 1, flickr_url: '', coco_url: '', date_captured: '' },
  ],
  annotations: [
    {
      id: 1,
      image_id: 397133,
      category_id: 17,
      segmentation: [[510.66, 423.01]],
      area: 702.1,
      bbox: [473.07, 395.93, 38.65, 28.67],
      iscrowd: 0,
    },
    { id: 2, image_id: 397133, category_id: 18, segmentation: [[1, 2]], area: 27718.5, bbox: [272.1, 200.23, 151.97, 279.77], iscrowd: 0 },
    { id: 3, image_id: 397133, category_id: 17, segmentation: [[1, 2]], area: 1200, bbox: [0, 0, 30, 40], iscrowd: 0 },
    {
      id: 4,
      image_id: 37777,
      category_id: 17,
      segmentation: { counts: [272], size: [240, 240] },
      area: 18419,
      bbox: [0, 0, 1, 1],
      iscrowd: 1,
    },
  ],
  licenses: [{ id: 1, name: 'CC', url: '' }],
  categories: [
    { id: 17, name: 'cat', supercategory: 'animal' },
    { id: 18, name: 'dog', supercategory: 'animal' },
  ],
}

describe('a COCO file', () => {
  it('gives each photo the classes of its boxes, that of the largest first', () => {
    expect(cocoLabels(instances)).toEqual({
      kind: 'coco',
      taken: null,
      problems: [],
      photos: [
        { file: '000000397133.jpg', places: ['000000397133.jpg'], classes: ['dog', 'cat'] },
        { file: 'train/000000037777.jpg', places: ['train/000000037777.jpg'], classes: ['cat'] },
        { file: '000000252219.jpg', places: ['000000252219.jpg'], classes: [] },
      ],
    })
  })

  it('for classification has no boxes, and may have texts for numbers', () => {
    const labels = cocoLabels({
      images: [{ id: 'a', file_name: 'a.png' }],
      categories: [{ id: 'x', name: ' tulip ' }],
      annotations: [{ image_id: 'a', category_id: 'x' }],
    })
    expect(labels?.photos).toMatchObject([{ classes: ['tulip'] }])
  })

  it('tells what is wrong in it and reads the rest', () => {
    const labels = cocoLabels({
      images: [{ id: 1, file_name: 'a.png' }, { id: 2 }, null, { id: Infinity, file_name: 'b.png' }],
      categories: [{ id: 1, name: 'cat' }, { name: 'dog' }, { id: 3, name: '  ' }],
      annotations: [
        { image_id: 1, category_id: 1 },
        { image_id: 1, category_id: 9 },
        { image_id: 1, category_id: 1, area: Number.NaN },
        'x',
      ],
    })
    expect(labels?.photos).toMatchObject([{ file: 'a.png', classes: ['cat'] }])
    expect(labels?.problems.map(({ where }) => where)).toEqual([
      ...['categories[1]', 'categories[2]'],
      ...['annotations[1]', 'annotations[2]', 'annotations[3]'],
      ...['images[1]', 'images[2]', 'images[3]'],
    ])
    expect(labels?.problems).toContainEqual({ where: 'annotations[1]', why: 'there is no category 9' })
  })

  it('is not any JSON with lists of these names', () => {
    for (const other of [null, [], 'x', {}, { images: [], categories: [] }, { images: [{ id: 1, file_name: 'a.txt' }], categories: [] }]) {
      expect(cocoLabels(other)).toBeNull()
    }
  })

  it('may call classes and photos after anything that a program keeps for itself', () => {
    const text = `{"images":[{"id":1,"file_name":"__proto__/a.jpg"}],"categories":[{"id":1,"name":"__proto__"},{"id":2,"name":"constructor"}],
      "annotations":[{"image_id":1,"category_id":1,"__proto__":{"polluted":true}},{"image_id":1,"category_id":2,"area":5}]}`
    expect(cocoLabels(JSON.parse(text))?.photos).toMatchObject([{ file: '__proto__/a.jpg', classes: ['constructor', '__proto__'] }])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

/** Any part of a value exchanged for something else. */
const mutilated = (value: unknown, at: readonly number[], put: unknown): unknown => {
  const [first, ...rest] = at
  if (first === undefined || value === null || typeof value !== 'object') return put
  const keys = Object.keys(value)
  const key = keys[first % Math.max(1, keys.length)]
  if (key === undefined) return put
  const inside = mutilated((value as Record<string, unknown>)[key], rest, put)
  return Array.isArray(value) ? value.with(Number(key), inside) : { ...value, [key]: inside }
}

test.prop([fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), fc.jsonValue()])(
  'a mutilated COCO file never fails, and names only texts',
  (at, put) => {
    const labels = cocoLabels(mutilated(instances, at, put))
    for (const { file, classes } of labels?.photos ?? []) expect([file, ...classes].every((text) => typeof text === 'string')).toBe(true)
  },
)
