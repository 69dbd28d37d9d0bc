import type { Component } from 'svelte'
import { expect, test } from 'vitest'
import { provideStudio, type Studio } from '../state/studio.svelte.ts'
import { show } from '../testing/show.ts'
import type { CurveRun } from './curve-data.ts'
import Curves from './Curves.svelte'

/** Epoch 1, 2 ... with these shares of right validation photos. */
const runOf = (number: number, colour: string, ...right: readonly number[]): CurveRun => ({
  id: `run${number}`,
  name: `Run ${number}`,
  colour,
  bestEpoch: right.indexOf(Math.max(...right)) + 1,
  epochs: right.map((validationAccuracy, index) => ({
    epoch: index + 1,
    trainLoss: 0.1,
    trainAccuracy: 1,
    validationLoss: 0.2,
    validationAccuracy,
    durationMs: 1,
  })),
})

function chart(runs: readonly CurveRun[], more: { readonly onopen?: (run: string) => void } = {}) {
  const inStudio: Component<{ title: string; runs: readonly CurveRun[]; metric: 'accuracy' }> = (anchor, props) => {
    provideStudio({ theme: { shown: 'light' } } as unknown as Studio)
    return Curves(anchor, props)
  }
  const shown = show(inStudio, { title: 'It learns', runs, metric: 'accuracy', ...more })
  Object.assign(shown.style, { display: 'flex', width: '720px', height: '360px' })
  const slider = shown.querySelector<HTMLElement>('[role=slider]')!
  const press = (key: string) => slider.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  const listed = () => [...shown.querySelectorAll('.legend li')].map((each) => each.textContent.replace(/\s+/g, ' ').trim())
  return { shown, slider, press, listed, spoken: () => slider.getAttribute('aria-valuetext') }
}

/** Whether any pixel of the drawing is of this colour. */
function isDrawn(shown: HTMLElement, [red, green, blue]: readonly [number, number, number]): boolean {
  const canvas = shown.querySelector('canvas')!
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 0; at < data.length; at += 4) {
    if (Math.abs(data[at]! - red) + Math.abs(data[at + 1]! - green) + Math.abs(data[at + 2]! - blue) < 12 && data[at + 3]! > 200)
      return true
  }
  return false
}

test('the curve of every run is drawn in its colour', async () => {
  const { shown } = chart([runOf(1, '#ff0000', 0.5, 0.7, 0.8), runOf(2, '#0000ff', 0.6, 0.65, 0.9)])
  await expect.poll(() => isDrawn(shown, [255, 0, 0]) && isDrawn(shown, [0, 0, 255])).toBe(true)
  expect(isDrawn(shown, [0, 255, 0])).toBe(false)
})

test('the arrow keys go through the epochs of one run and tell both of its values', async () => {
  const { slider, press, spoken } = chart([runOf(1, '#ff0000', 0.5, 0.9, 0.8)])
  expect([slider.getAttribute('aria-valuemax'), spoken()]).toEqual(['3', 'It learns'])
  press('ArrowRight')
  await expect.poll(spoken).toBe('epoch 2: validation 90.0 %, training 100.0 %')
  press('ArrowRight')
  await expect.poll(spoken).toContain('epoch 3: validation 80.0 %')
  press('Home')
  await expect.poll(spoken).toContain('epoch 1: validation 50.0 %')
  press('Escape')
  await expect.poll(spoken).toBe('It learns')
})

test('every epoch can be gone to, also where many share a pixel', async () => {
  const { press, spoken } = chart([runOf(1, '#ff0000', ...Array.from({ length: 1000 }, (_, index) => index / 1000))])
  press('Home')
  await expect.poll(spoken).toContain('epoch 1:')
  for (let epoch = 2; epoch <= 4; epoch++) {
    press('ArrowRight')
    await expect.poll(spoken).toContain(`epoch ${epoch}:`)
  }
})

test('all runs are told at the epoch that is looked at, also those that ended before it', async () => {
  const { press, listed, spoken } = chart([runOf(1, '#ff0000', 0.5, 0.9), runOf(2, '#0000ff', 0.6, 0.7, 0.8)])
  expect(listed()).toEqual(['Run 1 90.0 %', 'Run 2 80.0 %'])
  press('Home')
  await expect.poll(listed).toEqual(['Run 1 50.0 %', 'Run 2 60.0 %'])
  press('End')
  await expect.poll(listed).toEqual(['Run 1 –', 'Run 2 80.0 %'])
  expect(spoken()).toBe('epoch 3: Run 2 80.0 %')
})

test('the run under the pointer stands out, and its name leads to it', async () => {
  const opened: string[] = []
  const { shown, listed } = chart([runOf(1, '#ff0000', 0.5, 0.5, 0.5), runOf(2, '#0000ff', 0.9, 0.9, 0.9)], {
    onopen: (run) => opened.push(run),
  })
  const over = shown.querySelector<HTMLElement>('.u-over')!
  const box = over.getBoundingClientRect()
  // The axis goes from 45 to 100 %: the second run's curve lies near its upper edge.
  over.dispatchEvent(
    new MouseEvent('mousemove', { clientX: box.left + box.width / 2, clientY: box.top + (box.height * 10) / 55, bubbles: true }),
  )
  await expect.poll(() => shown.querySelector('.legend .on')?.textContent).toContain('Run 2')
  expect(listed()).toEqual(['Run 1 50.0 %', 'Run 2 90.0 %'])
  shown.querySelector<HTMLElement>('.legend .on')?.click()
  expect(opened).toEqual(['run2'])
})
