import { expect, test } from 'vitest'
import { show } from '../testing/show.ts'
import ClassChip from './ClassChip.svelte'

const label = { id: 7, name: 'robin', colour: '#d55e00', position: 2, images: 12, boundKey: null, key: '3' }

test('a class is told by its key, its colour and its name, and whether the photo has it', () => {
  const chip = show(ClassChip, { label, on: true, onclick: () => undefined }).querySelector('button')!
  expect(chip.innerText.replace(/\s+/g, ' ').trim()).toBe('3 robin')
  expect(getComputedStyle(chip.querySelector('i')!).backgroundColor).toBe('rgb(213, 94, 0)')
  expect(chip.getAttribute('aria-pressed')).toBe('true')
})

test('a class without a key shows none, and a letter is shown as it stands on its key', () => {
  const chip = show(ClassChip, { label: { ...label, key: null }, on: false, onclick: () => undefined })
  expect(chip.querySelector('kbd')).toBe(null)
  const lettered = show(ClassChip, { label: { ...label, boundKey: 'r', key: 'r' }, on: false, onclick: () => undefined })
  expect(lettered.querySelector('kbd')?.innerText).toBe('R')
})

test('a long name is cut off, and told in full where one points', () => {
  const name = 'a name that nobody would give to a class of photos '.repeat(2).trim()
  const chip = show(ClassChip, { label: { ...label, name }, on: false, onclick: () => undefined }).querySelector('button')!
  expect(chip.getBoundingClientRect().width).toBeLessThan(300)
  expect(chip.title).toBe(name)
})

test('a press gives the class', () => {
  let pressed = 0
  show(ClassChip, { label, on: false, onclick: () => pressed++ })
    .querySelector('button')!
    .click()
  expect(pressed).toBe(1)
})
