import { expect, test } from 'vitest'
import { imageNameOrder } from './image-name.ts'

test('names are sorted as people expect: numbers by value, whatever the case and the accents', () => {
  const names = [
    'photo 10.jpg',
    'Photo 2.jpg',
    'photo 002b.jpg',
    'Zebra.png',
    'äpfel.png',
    'apfel 2.png',
    'IMG_1700000000000.jpg',
    'IMG_99.jpg',
  ]
  const keys = new Map(names.map((name) => [name, imageNameOrder(name)]))
  expect(names.toSorted((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1))).toEqual([
    'apfel 2.png',
    'äpfel.png',
    'IMG_99.jpg',
    'IMG_1700000000000.jpg',
    'Photo 2.jpg',
    'photo 002b.jpg',
    'photo 10.jpg',
    'Zebra.png',
  ])
})
