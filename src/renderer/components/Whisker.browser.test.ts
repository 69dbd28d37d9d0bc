import { expect, test } from 'vitest'
import { show } from '../testing/show.ts'
import Whisker from './Whisker.svelte'

const interval = { accuracy: 0.9, low: 0.8, high: 0.95, n: 50 }

test('an interval is drawn to scale: the line from its lower to its upper end, the dot where the value is', () => {
  const svg = show(Whisker, { interval, width: 110 }).querySelector('svg')!
  const [scale, whisker] = [...svg.querySelectorAll('line')].map((line) => line.getBoundingClientRect())
  const dot = svg.querySelector('circle')!.getBoundingClientRect()
  const shareAt = (x: number) => (x - scale!.left) / scale!.width
  expect(shareAt(whisker!.left)).toBeCloseTo(0.8, 2)
  expect(shareAt(whisker!.right)).toBeCloseTo(0.95, 2)
  expect(shareAt(dot.left + dot.width / 2)).toBeCloseTo(0.9, 2)
})

test('an interval can be read without being seen', () => {
  const name = show(Whisker, { interval }).querySelector('[role=img]')!.getAttribute('aria-label')
  expect(name).toContain('90')
  expect(name).toMatch(/80.*95/)
})
